import type { OwnRecords } from "@cruddur/db/own-records";
import type { UserRow, Users } from "@cruddur/db/users";
import type { BoundAccessPatterns } from "@cruddur/ddb/access-pattern";
import { withoutHidden } from "@cruddur/ddb/hidden-messages";
import { parseReaction } from "@cruddur/ddb/reactions";
import type { exportPatterns } from "@cruddur/ddb/roles";
import type { Membership, MembershipId, StoredMessage } from "@cruddur/ddb/types";
import type { ExportCheckpoint, ExportedPerson, ExportLine } from "./export-line.ts";

const CONVERSATIONS_PER_PAGE = 20;
const MESSAGES_PER_PAGE = 100;
const BLOCKS_PER_PAGE = 100;
/** Before every message. */
const BEGINNING = "00000000-0000-7000-8000-000000000000";

export interface ExportSource {
  store: BoundAccessPatterns<typeof exportPatterns>;
  users: Pick<Users, "findUser" | "findUsersByUuids">;
  ownRecords: Pick<OwnRecords, "list">;
}

/**
 * What is a person's own, line by line: profile, settings, what is kept about their account, blocked
 * people, and each conversation with the messages that the person can read, oldest first. Messages from before they joined a group, and
 * those that they have hidden, are left out. Reads one page at a time, and only when it is asked for
 * the next line. Throws AppError `unavailable`.
 * @param from where an export that was cut off goes on
 */
export async function* exportLines(
  source: ExportSource,
  user_uuid: string,
  from?: ExportCheckpoint,
): AsyncGenerator<ExportLine, void> {
  const counts = { conversations: from?.conversations ?? 0, messages: from?.messages ?? 0 };
  if (from === undefined) {
    yield { type: "export", version: 1, exported_at: new Date().toISOString() };
    yield* exportPerson(source, user_uuid);
  } else if (from.message_uuid !== null) {
    const { message_group_uuid } = from;
    const membership = await findMembership(source.store, { user_uuid, message_group_uuid });
    if (membership !== null) yield* exportMessages(source, membership, counts, from.message_uuid);
  }
  for (let after = from?.message_group_uuid; ; ) {
    const limit = CONVERSATIONS_PER_PAGE;
    const page = await source.store.listMemberships({ user_uuid, limit, after });
    for (const membership of page.items) {
      counts.conversations += 1;
      yield await toConversation(source, membership);
      yield* exportMessages(source, membership, counts, BEGINNING);
    }
    if (page.next === null) break;
    after = page.next;
  }
  yield { type: "end", ...counts };
}

async function* exportPerson(
  { store, users, ownRecords }: ExportSource,
  user_uuid: string,
): AsyncGenerator<ExportLine, void> {
  const row = await users.findUser(user_uuid);
  if (row === null) throw new Error("there is no such person");
  const { uuid, handle, display_name, email, created_at, pool_username } = row;
  yield {
    ...{ type: "profile", uuid, handle, display_name, email, pool_username },
    created_at: created_at.toISOString(),
    handle_changed_at: row.handle_changed_at?.toISOString() ?? null,
    suspended_at: row.suspended_at?.toISOString() ?? null,
  };
  yield { type: "settings", ...settingsOf(row) };
  for await (const record of ownRecords.list(user_uuid)) {
    yield JSON.parse(JSON.stringify(record)) as ExportLine;
  }
  for (let after: string | undefined; ; ) {
    const page = await store.listBlocked({ user_uuid, limit: BLOCKS_PER_PAGE, after });
    for (const person of (await findPeople(users, page.items)).values()) {
      yield { type: "blocked", ...person };
    }
    if (page.next === null) return;
    after = page.next;
  }
}

/** What isn't a setting; every other column of the row is one, so that a new one isn't forgotten. */
const NOT_SETTINGS: ReadonlySet<string> = new Set<string & keyof UserRow>([
  ...(["uuid", "handle", "display_name", "email", "created_at", "cognito_user_id"] as const),
  ...(["sessions_ended_at", "surviving_session", "pool_username", "suspended_at"] as const),
  "handle_changed_at",
]);

function settingsOf(row: UserRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_SETTINGS.has(name)));
}

async function toConversation(
  { store, users }: ExportSource,
  membership: Membership,
): Promise<ExportLine> {
  const { message_group_uuid, group, folder, read_message_uuid, muted_until } = membership;
  const { marked_unread, requested, requested_by } = membership;
  const uuids = await store.listMemberUuids({ message_group_uuid });
  const other = membership.other === null ? [] : [membership.other.user_uuid];
  return {
    type: "conversation",
    uuid: message_group_uuid,
    name: group?.name ?? null,
    ...{ folder, joined_at: group?.joined_at ?? null, read_message_uuid, muted_until },
    ...{ marked_unread, requested, requested_by },
    members: [...(await findPeople(users, [...new Set([...uuids, ...other])])).values()],
  };
}

async function* exportMessages(
  { store, users }: ExportSource,
  membership: Membership,
  counts: { conversations: number; messages: number },
  start: string,
): AsyncGenerator<ExportLine, void> {
  const { message_group_uuid, group } = membership;
  const of = { message_group_uuid, joined_after: group?.joined_after ?? null };
  for (let after = start; ; ) {
    const position = { after };
    const page = await store.listMessages({ ...of, limit: MESSAGES_PER_PAGE, position });
    const shown = await withoutHidden(store, membership, page.items);
    const people = await findPeople(users, [...new Set(shown.map((each) => each.user_uuid))]);
    for (const message of shown) {
      counts.messages += 1;
      yield toMessageLine(message, people);
    }
    const last = page.items.at(-1);
    const message_uuid = page.previous === null || last === undefined ? null : last.uuid;
    yield { type: "checkpoint", message_group_uuid, message_uuid, ...counts };
    if (message_uuid === null) return;
    after = message_uuid;
    // Whoever receives slowly must not go on to read a group that they were removed from meanwhile.
    const { user_uuid } = membership;
    if ((await findMembership(store, { user_uuid, message_group_uuid })) === null) return;
  }
}

/** By the pattern that lists memberships, which is all that an export may do. */
async function findMembership(
  store: ExportSource["store"],
  { user_uuid, message_group_uuid }: MembershipId,
): Promise<Membership | null> {
  const page = await store.listMemberships({ user_uuid, limit: 1, from: message_group_uuid });
  const [found] = page.items;
  return found?.message_group_uuid === message_group_uuid ? found : null;
}

function toMessageLine(
  message: StoredMessage,
  people: ReadonlyMap<string, ExportedPerson>,
): ExportLine {
  const { uuid, message_group_uuid, created_at, edited_at = null, deleted_at = null } = message;
  return {
    ...{ type: "message", uuid, message_group_uuid },
    from: people.get(message.user_uuid) ?? deletedPerson(message.user_uuid),
    ...{ created_at, edited_at, deleted_at, message: message.message },
    reply_to: message.reply_to ?? null,
    mentions: message.mentions ?? [],
    system_kind: message.system_kind ?? null,
    subjects: message.subjects ?? [],
    reactions: (message.reactions ?? []).map(parseReaction),
  };
}

/** Every uuid is in the answer, in the given order. */
async function findPeople(
  users: ExportSource["users"],
  uuids: readonly string[],
): Promise<Map<string, ExportedPerson>> {
  const found = new Map(
    (await users.findUsersByUuids(uuids)).map(({ uuid, handle, display_name }) => [
      uuid,
      { uuid, handle, display_name },
    ]),
  );
  return new Map(uuids.map((uuid) => [uuid, found.get(uuid) ?? deletedPerson(uuid)]));
}

const deletedPerson = (uuid: string): ExportedPerson => ({
  uuid,
  handle: "",
  display_name: "Deleted account",
});
