import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { Erasures } from "@cruddur/db/erasures";
import type { SecurityEvents } from "@cruddur/db/security-events";
import type { SessionRecords } from "@cruddur/db/session-records";
import type { Users } from "@cruddur/db/users";
import type { BoundAccessPatterns } from "@cruddur/ddb/access-pattern";
import type { erasurePatterns } from "@cruddur/ddb/roles";
import type { Membership } from "@cruddur/ddb/types";
import type { ErasureNotice } from "./notices.ts";

const ITEMS_PER_PAGE = 20;
const MESSAGES_PER_PAGE = 100;
/** A notice over Postgres holds at most 8,000 bytes. Others see the change when they next read the name. */
const NAME_CHANGE_MAX_PEOPLE = 150;

export interface ErasureParts {
  erasures: Erasures;
  users: Pick<Users, "findUser">;
  records: Pick<SessionRecords, "endAllSessions" | "wasActiveToday">;
  events: Pick<SecurityEvents, "append">;
  store: BoundAccessPatterns<typeof erasurePatterns>;
  /** Deletes an account of the user pool by its `sub`. One that is gone already is no error. */
  deleteAccount: (cognito_user_id: string) => Promise<void>;
  /** Waits until every request has ended that a server had let in before. Rejects when the run ends. */
  awaitRequests: () => Promise<void>;
  /** Tells all servers. Best effort: browsers read what they missed. */
  publish: (notice: ErasureNotice) => Promise<void>;
  /** Called before each step, and with the number of messages that were erased. */
  onProgress?: (progress: { step: string } | { messages: number }) => void;
}

/** What one run knows about the person. */
interface Run extends ErasureParts {
  user_uuid: string;
  /** People who see the person's name at the moment, as far as this run has met them. */
  acquaintances: Set<string>;
}

/**
 * The steps of an erasure in their order. Each can be repeated, and finds what is left to do in the
 * stores, so a run that was killed is repeated from the first step.
 */
const STEPS: readonly (readonly [name: string, run: (run: Run) => Promise<void>])[] = [
  ["the account of the user pool", closeAccount],
  ["sessions", endSessions],
  ["conversations", leaveConversations],
  // A message whose sender was checked before that may still be on its way to the table.
  ["requests under way", awaitRequests],
  ["messages and reactions", eraseMessages],
  ["blocks, hidden messages and send claims", deletePersonalItems],
  ["audit log", ({ erasures, user_uuid }) => erasures.eraseEvents(user_uuid)],
  ["profile", ({ erasures, user_uuid }) => erasures.erasePerson(user_uuid)],
  ["caches", forgetNames],
  // Until nobody found the person any more, others could write to them and add them to groups.
  ["conversations of the meantime", leaveConversations],
  ["messages and reactions of the meantime", eraseMessages],
  ["blocks of the meantime", deletePersonalItems],
];

/**
 * Erases a person at once, whether or not they asked for it. Safe to repeat, and to run again after
 * it was killed or failed at any moment. Throws what its parts throw.
 */
export async function erasePerson(parts: ErasureParts, user_uuid: string): Promise<void> {
  const run: Run = { ...parts, user_uuid, acquaintances: new Set() };
  if ((await parts.erasures.find(user_uuid))?.finished_at) return;
  await parts.erasures.start(user_uuid);
  for (const [step, work] of STEPS) {
    parts.onProgress?.({ step });
    await work(run);
  }
  await parts.events.append({ event: "erasure", outcome: "ok", user_uuid });
  await parts.erasures.finish(user_uuid);
}

/** First of all: from now on nobody can sign in. */
async function closeAccount({ users, user_uuid, deleteAccount }: Run): Promise<void> {
  const cognito_user_id = (await users.findUser(user_uuid))?.cognito_user_id;
  if (cognito_user_id != null) await deleteAccount(cognito_user_id);
}

async function endSessions({ records, publish, user_uuid }: Run): Promise<void> {
  await records.endAllSessions(user_uuid);
  await publish({ type: "signed_out", user_uuid });
}

/** Whoever has not signed in for longer than any access token lives has no requests under way. */
async function awaitRequests({ records, user_uuid, awaitRequests }: Run): Promise<void> {
  if (await records.wasActiveToday(user_uuid)) await awaitRequests();
}

async function leaveConversations(run: Run): Promise<void> {
  for (let after: string | undefined; ; ) {
    const { store, user_uuid } = run;
    const page = await store.listMemberships({ user_uuid, limit: ITEMS_PER_PAGE, after });
    for (const membership of page.items) await leaveConversation(run, membership);
    if (page.next === null) return;
    after = page.next;
  }
}

async function leaveConversation(
  { store, publish, user_uuid, acquaintances }: Run,
  { message_group_uuid, other }: Membership,
): Promise<void> {
  if (other !== null) {
    await store.endPair({ user_uuid, message_group_uuid, other_uuid: other.user_uuid });
    acquaintances.add(other.user_uuid);
    await publish({ type: "message_group_changed", message_group_uuid, to: [other.user_uuid] });
    return;
  }
  const actor = { user_uuid, display_name: "", handle: "" };
  try {
    const left = await store.leaveGroup({ message_group_uuid, actor, op_id: randomUUID() });
    for (const member of left.members) acquaintances.add(member);
    const message_uuid = left.message?.uuid ?? null;
    const { members } = left;
    await publish({
      ...{ type: "group_changed", message_group_uuid, message_uuid },
      ...{ members, left: [user_uuid], reason: "left" },
    });
  } catch (error) {
    // The owner was quicker.
    if (!(error instanceof AppError) || error.code !== "not_a_member") throw error;
  }
}

/** Former memberships are the list of what is left to do: each goes with its last message. */
async function eraseMessages(run: Run): Promise<void> {
  const { store, user_uuid } = run;
  for (;;) {
    const groups = await store.listFormerMessageGroups({ user_uuid, limit: ITEMS_PER_PAGE });
    if (groups.length === 0) return;
    for (const message_group_uuid of groups) await eraseMessagesOf(run, message_group_uuid);
  }
}

async function eraseMessagesOf(run: Run, message_group_uuid: string): Promise<void> {
  const { store, publish, user_uuid, onProgress } = run;
  const input = { user_uuid, message_group_uuid, limit: MESSAGES_PER_PAGE };
  for (let after: string | undefined; ; ) {
    const { changed, next } = await store.eraseMessages({ ...input, after });
    for (const { uuid: message_uuid } of changed) {
      // No server need wait until its list of members is as long as it was.
      await publish({
        ...{ type: "message_changed", message_group_uuid, message_uuid, member_count: 0 },
      });
    }
    onProgress?.({ messages: changed.length });
    if (next === null) return;
    after = next;
  }
}

function deletePersonalItems({ store, user_uuid }: Run): Promise<void> {
  return store.deletePersonalItems({ user_uuid });
}

/** After the row is gone, so that no server can read the names again. */
async function forgetNames({ erasures, publish, user_uuid, acquaintances }: Run): Promise<void> {
  const handle = (await erasures.find(user_uuid))?.handle ?? "";
  const to = [...acquaintances].slice(0, NAME_CHANGE_MAX_PEOPLE);
  await publish({ type: "user", user_uuid, handle, to });
}
