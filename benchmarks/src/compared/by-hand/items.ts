/** An item in DynamoDB's JSON. */
export type Item = Record<string, Value | undefined>;
type Value = { S?: string; N?: string; BOOL?: boolean; L?: readonly { S?: string }[] };
type People = ReadonlyMap<string, { handle: string; display_name: string }>;

export function itemsOf({ Items }: Record<string, unknown>): Item[] {
  if (!Array.isArray(Items)) throw new Error("an answer without items");
  return Items;
}

/** Throws where the attribute isn't a text. */
export function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (typeof text !== "string") throw new Error(`${name} is not a text`);
  return text;
}

function numberOf(item: Item, name: string): number {
  const value = Number(item[name]?.N);
  if (!Number.isInteger(value)) throw new Error(`${name} is not a whole number`);
  return value;
}

/** The product's wire form of a message that nobody has changed. */
export function toMessage(item: Item, message_group_uuid: string, people: People) {
  const user_uuid = textOf(item, "user_uuid");
  const { handle, display_name } = people.get(user_uuid) ?? { handle: "", display_name: "" };
  return {
    uuid: textOf(item, "message_uuid"),
    message_group_uuid,
    client_id: textOf(item, "client_id"),
    ...{ user_uuid, display_name, handle, kind: "text" },
    message: textOf(item, "message"),
    ...{ subjects: [], mentions: [] },
    created_at: textOf(item, "sk").slice(0, 24),
    reply_to: item.reply_to?.S ?? null,
    reactions: [],
    edited_at: item.edited_at?.S ?? null,
    deleted_at: item.deleted_at?.S ?? null,
    deleted_by_user_uuid: item.deleted_by?.S ?? null,
    revision: item.revision === undefined ? 0 : numberOf(item, "revision"),
  };
}

/** The product's wire form of a conversation whose newest message is an ordinary one. */
export function toMessageGroup(item: Item, people: People) {
  const last = textOf(item, "last_message_at");
  const sender = textOf(item, "sender_uuid");
  const folder = textOf(item, "inbox_pk").slice(0, 3);
  return {
    uuid: textOf(item, "sk"),
    ...{ folder: "inbox", pinned: folder === "PIN", muted_until: item.muted_until?.N ?? null },
    marked_unread: item.marked_unread?.BOOL ?? false,
    blocked: item.blocked?.BOOL ?? false,
    ...{ request: null, request_messages_left: null, requested_by: null, hidden_senders: [] },
    ...{ message_kind: "text", message_subjects: [], message_subject_count: 0, mentioned: false },
    ...(item.some_members === undefined ? pairFields(item, people) : groupFields(item, people)),
    member_count: numberOf(item, "member_count"),
    message: textOf(item, "message"),
    message_deleted: false,
    created_at: last.slice(0, 24),
    last_message_uuid: last.slice(25),
    last_message_user_uuid: sender,
    last_message_display_name: people.get(sender)?.display_name ?? "",
    unread_count: numberOf(item, "unread_count"),
    read_message_uuid: item.read_message_uuid?.S ?? null,
  };
}

function pairFields(item: Item, people: People) {
  const { uuid: user_uuid, ...names } = userOf(textOf(item, "user_uuid"), people);
  return { kind: "pair", name: null, role: "member", some_members: [], user_uuid, ...names };
}

function groupFields(item: Item, people: People) {
  const some_members = item.some_members?.L?.map(({ S = "" }) => userOf(S, people)) ?? [];
  return {
    ...{ kind: "group", name: item.group_name?.S ?? null, some_members },
    role: item.member_role?.S ?? "member",
    ...{ user_uuid: "", display_name: "", handle: "" },
  };
}

function userOf(uuid: string, people: People) {
  return { uuid, ...(people.get(uuid) ?? { handle: "", display_name: "" }) };
}
