import type { Membership, StoredMessage } from "@cruddur/ddb/types";
import { expect, it } from "vitest";
import { exportLines } from "../src/export.ts";
import { createPerson, sendTo, useStores } from "./support.ts";

const stores = useStores();

const OF_OPERATION = "not about the person: how the product works";
const SECRET = "a secret, which the export must not disclose";
const OTHERS = "what others wrote or did";

/**
 * Every column of Postgres, with the line of an export that has it, or why none has it. A new column
 * needs an entry here: decide whether it is personal, and export it where it is.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  "users.*": "profile and settings; a new column is a setting unless `NOT_SETTINGS` names it",
  "avatars.user_uuid, hash": OF_OPERATION,
  "avatars.image, created_at": "avatar",
  "sessions.origin_jti": SECRET,
  "sessions.uuid, user_uuid": OF_OPERATION,
  "sessions.device, address, signed_in_at, last_used_at": "session",
  "ended_sessions.*": OF_OPERATION,
  "spent_refresh_tokens.*": SECRET,
  "recovery_codes.*": SECRET,
  "passkeys.credential_id": SECRET,
  "passkeys.uuid, user_uuid": OF_OPERATION,
  "passkeys.device, created_at, last_used_at": "passkey",
  "push_subscriptions.origin_jti, p256dh, auth": SECRET,
  "push_subscriptions.user_uuid": OF_OPERATION,
  "push_subscriptions.endpoint, subscribed_at": "push_subscription",
  "email_changes.code_hash, tries": SECRET,
  "email_changes.user_uuid": OF_OPERATION,
  "email_changes.email, expires_at": "email_change",
  "kept_handles.skeleton_hash, user_uuid": OF_OPERATION,
  "kept_handles.handle, until": "earlier_handle",
  "erasures.user_uuid, started_at, handle, finished_at": OF_OPERATION,
  "erasures.requested_at, due_at": "erasure",
  "reports.evidence": OTHERS,
  "reports.reporter_uuid": OF_OPERATION,
  "reports.uuid, user_uuid, message_group_uuid, message_uuid, reason, reported_at, resolved_at":
    "report, of those that the person made",
  "security_events.id, user_uuid, handle": OF_OPERATION,
  "security_events.at, event, outcome, address, device": "security_event",
};

/** The compiler refuses a new field of a message without an entry. */
const MESSAGE_FIELDS: Record<keyof StoredMessage, string> = {
  uuid: "message",
  message_group_uuid: "message",
  created_at: "message",
  user_uuid: "message, as `from`",
  display_name: "message, as `from`, under the present name",
  handle: "message, as `from`, under the present name",
  message: "message",
  system_kind: "message",
  subjects: "message",
  mentions: "message",
  reply_to: "message",
  edited_at: "message",
  deleted_at: "message",
  deleted_by: OTHERS,
  reactions: "message",
  client_id: OF_OPERATION,
  member_count: OF_OPERATION,
  projected: OF_OPERATION,
  traceparent: OF_OPERATION,
  revision: OF_OPERATION,
  change: OF_OPERATION,
  edit_op_ids: OF_OPERATION,
  reaction_op_ids: OF_OPERATION,
};

const MEMBERSHIP_FIELDS: Record<keyof Membership, string> = {
  user_uuid: OF_OPERATION,
  message_group_uuid: "conversation",
  folder: "conversation",
  requested: "conversation",
  requested_by: "conversation",
  muted_until: "conversation",
  marked_unread: "conversation",
  read_message_uuid: "conversation",
  other: "conversation, as a member",
  group: "conversation, as `name` and `joined_at`",
  blocked: "blocked",
  hidden_senders: "blocked",
  refused: "what the other person decided, and keeps to themselves",
  request_messages: OF_OPERATION,
  archived_after: OF_OPERATION,
  member_count: "conversation, as the members",
  last_message: "message",
  unread_count: "follows from the messages and `read_message_uuid`",
  newest_hidden_uuid: "what the person no longer wants to see",
  mentioned: "follows from the messages",
};

it("every column of Postgres is exported, or there is a reason why not", async () => {
  const { rows } = await stores.postgres.pool.query<{ table_name: string; column_name: string }>(
    "select table_name, column_name from information_schema.columns where table_schema = 'public'",
  );
  const named = Object.keys(COLUMNS).flatMap((entry) => {
    const [table = "", columns = ""] = entry.split(".");
    return columns.split(", ").map((column) => `${table}.${column}`);
  });
  const isNamed = (table: string, column: string) =>
    named.includes(`${table}.*`) || named.includes(`${table}.${column}`);
  const missing = rows.filter(({ table_name, column_name }) => !isNamed(table_name, column_name));
  expect(missing).toEqual([]);
  const existing = new Set(
    rows.map(({ table_name, column_name }) => `${table_name}.${column_name}`),
  );
  const gone = named.filter((name) => !name.endsWith(".*") && !existing.has(name));
  expect(gone).toEqual([]);
});

it("every field of a message and a membership that is said to be exported is", async () => {
  const [me, other] = [await createPerson(stores, "me"), await createPerson(stores, "other")];
  await sendTo(stores, me, other, "text");
  const fields = { message: MESSAGE_FIELDS, conversation: MEMBERSHIP_FIELDS };
  for await (const line of exportLines(stores, me.user_uuid)) {
    if (line.type !== "message" && line.type !== "conversation") continue;
    const said = Object.entries(fields[line.type]).filter(([, where]) => where === line.type);
    // A conversation is named by the uuid of its message group.
    const names = new Set([
      ...Object.keys(line),
      ...("uuid" in line ? ["message_group_uuid"] : []),
    ]);
    expect(said.filter(([name]) => !names.has(name))).toEqual([]);
  }
});
