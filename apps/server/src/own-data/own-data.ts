import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { AccountProof } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import { type Erasure, EXPORT_TICKET_SECONDS } from "@cruddur/contract/own-data";
import type { Db } from "@cruddur/db/client";
import type { DeviceUse } from "@cruddur/db/devices";
import { createErasures } from "@cruddur/db/erasures";
import { createOwnRecords } from "@cruddur/db/own-records";
import type { UserRow } from "@cruddur/db/users";
import { type ExportSource, exportLines } from "@cruddur/own-data/export";
import type { ExportLine } from "@cruddur/own-data/export-line";
import type { OwnerMails } from "@cruddur/owner-mails/owner-mails";
import { LRUCache } from "lru-cache";
import type { Identity } from "../auth/identity.ts";
import type { OwnAccount } from "../auth/own-account.ts";

export interface OwnDataOptions {
  account: Pick<OwnAccount, "prove">;
  source: Omit<ExportSource, "ownRecords">;
  db: Db;
  mails: Pick<OwnerMails, "tell">;
  /** Signs tickets; the same on all servers. */
  secret: string;
}

export type OwnData = ReturnType<typeof createOwnData>;

const TICKET = /^([\da-f-]{36})\.(\d{13})\.([\da-f-]{36})\.([\w-]{43})$/;

/** What people do with everything that is theirs: take it with them, and have it erased. */
export function createOwnData(options: OwnDataOptions) {
  const { account, db, mails, secret } = options;
  const erasures = createErasures(db);
  const source: ExportSource = { ...options.source, ownRecords: createOwnRecords(db) };
  const used = new LRUCache<string, true>({ max: 10_000, ttl: EXPORT_TICKET_SECONDS * 1000 });
  /** A ticket holds until all sessions of its person end. */
  const sign = (payload: string, { sessions_ended_at }: UserRow): Buffer =>
    createHmac("sha256", secret)
      .update(`export ${payload} ${sessions_ended_at?.getTime() ?? 0}`)
      .digest();

  /** The person of a ticket, once on each server; null for one that is spent, late or forged. */
  async function spend(ticket: string): Promise<UserRow | null> {
    const [, user_uuid, until, id, mac = ""] = TICKET.exec(ticket) ?? [];
    if (user_uuid === undefined || id === undefined || Number(until) < Date.now()) return null;
    const user = await source.users.findUser(user_uuid);
    if (user === null) return null;
    const expected = sign(`${user_uuid}.${until}.${id}`, user);
    const isSigned = timingSafeEqual(Buffer.from(mac, "base64url"), expected);
    if (!isSigned || used.has(id)) return null;
    used.set(id, true);
    return user;
  }

  return {
    /** @returns makes the ticket that `openExport` takes. Throws `password_wrong` and `second_factor_required`. */
    async askForExport(caller: Identity, proof: AccountProof): Promise<() => string> {
      // Read first: if all sessions end while the password is checked, the ticket ends with them.
      const user = await source.users.findUser(caller.user_uuid);
      if (user === null) throw new AppError("unauthenticated");
      await account.prove(caller, proof);
      return () => {
        const until = Date.now() + EXPORT_TICKET_SECONDS * 1000;
        const payload = `${caller.user_uuid}.${until}.${randomUUID()}`;
        return `${payload}.${sign(payload, user).toString("base64url")}`;
      };
    },

    /**
     * The export of the person whose ticket it is, which ends when all their sessions do; null for a
     * ticket that isn't valid.
     */
    async openExport(
      ticket: string,
    ): Promise<{ fileName: string; lines: AsyncGenerator<ExportLine, void> } | null> {
      const user = await spend(ticket);
      if (user === null) return null;
      const day = new Date().toISOString().slice(0, 10);
      const fileName = `cruddur-${user.handle}-${day}.jsonl`;
      const goesOn = async () => {
        const now = await source.users.findUser(user.uuid);
        return now?.sessions_ended_at?.getTime() === user.sessions_ended_at?.getTime();
      };
      return { fileName, lines: endWithSessions(exportLines(source, user.uuid), goesOn) };
    },

    /** Asks for an erasure in some days. Repeating it changes nothing. */
    async askForErasure(caller: Identity, proof: AccountProof, use: DeviceUse): Promise<Erasure> {
      await account.prove(caller, proof);
      const { due_at } = await erasures.request(caller.user_uuid);
      mails.tell(caller.user_uuid, "erasure_asked", use);
      return { due_at: due_at.toISOString() };
    },

    /** The caller's erasure; null where there is none. */
    async findErasure({ user_uuid }: Identity): Promise<Erasure | null> {
      const erasure = await erasures.find(user_uuid);
      return erasure === null ? null : { due_at: erasure.due_at.toISOString() };
    },

    /** Undoes an erasure. Returns false where there was none. Throws `unauthenticated` once it has begun. */
    async keepAccount({ user_uuid }: Identity, use: DeviceUse): Promise<boolean> {
      if (await erasures.cancel(user_uuid)) {
        mails.tell(user_uuid, "erasure_undone", use);
        return true;
      }
      if ((await erasures.find(user_uuid)) !== null) throw new AppError("unauthenticated");
      return false;
    },
  };
}

/**
 * The lines of an export until all sessions of its person end, which is asked after each page. A slow
 * reader could otherwise go on for days with a ticket that a thief asked for. Throws `unauthenticated`.
 */
export async function* endWithSessions(
  lines: AsyncGenerator<ExportLine, void>,
  goesOn: () => Promise<boolean>,
): AsyncGenerator<ExportLine, void> {
  for await (const line of lines) {
    yield line;
    if (line.type === "checkpoint" && !(await goesOn())) throw new AppError("unauthenticated");
  }
}
