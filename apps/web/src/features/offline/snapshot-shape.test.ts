import { messageGroupDetailSchema } from "@cruddur/contract/message-groups";
import { messageSchema } from "@cruddur/contract/messages";
import { ownUserSchema } from "@cruddur/contract/users";
import { expect, test } from "vitest";
import { SNAPSHOT_VERSION } from "./snapshot.ts";

// A page without a network shows objects of an older version as they were kept.
test("the fields of what is kept are those of this version: raise SNAPSHOT_VERSION with any change", () => {
  const fields = [ownUserSchema, messageGroupDetailSchema, messageSchema]
    .map(({ shape }) => Object.keys(shape).sort().join(" "))
    .join("\n");
  expect(`${SNAPSHOT_VERSION}\n${fields}`).toMatchInlineSnapshot(`
    "2
    display_name email first_messages group_additions handle mentions_break_mutes read_receipts searchable typing_indicators uuid
    blocked created_at display_name folder handle hidden_senders kind last_message_display_name last_message_user_uuid last_message_uuid marked_unread member_count members mentioned message message_deleted message_kind message_subject_count message_subjects muted_until name pinned read_message_uuid request request_messages_left requested_by role some_members unread_count user_uuid uuid
    client_id created_at deleted_at deleted_by_user_uuid display_name edited_at handle kind mentions message message_group_uuid reactions reply_to revision subjects user_uuid uuid"
  `);
});
