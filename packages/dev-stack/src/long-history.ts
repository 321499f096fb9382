import { randomUUID } from "node:crypto";
import {
  createMessageUuidFactory,
  derivePairGroupUuid,
  messageCreatedAt,
} from "@cruddur/contract/ids";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { toMembershipItem } from "@cruddur/ddb/membership-item";
import { toMessageItem } from "@cruddur/ddb/message-item";
import type { Member } from "@cruddur/ddb/types";
import { writeItems } from "@cruddur/ddb/write-items";

/**
 * Writes a conversation of two people directly into a table without a stream, which is created if
 * missing; sending a long conversation would take hours. The two people write in turn: "Message 0.",
 * "Message 1." and so on. Both have read every message.
 * @param input.minutesApart time between two messages; the newest one is a minute old
 */
export async function writeLongHistory(input: {
  endpoint: string;
  from: Member;
  to: Member;
  messages: number;
  minutesApart: number;
}): Promise<{ message_group_uuid: string; message_uuids: string[] }> {
  const { endpoint, from, to, messages, minutesApart } = input;
  const message_group_uuid = derivePairGroupUuid(from.user_uuid, to.user_uuid);
  const client = createDynamoDbClient({ endpoint });
  let nowMs = Date.now() - 60_000 - messages * minutesApart * 60_000;
  const mint = createMessageUuidFactory(() => nowMs);
  const message_uuids = Array.from({ length: messages }, () => {
    nowMs += minutesApart * 60_000;
    return mint();
  });
  const items = message_uuids.map((uuid, index) =>
    toMessageItem({
      uuid,
      message_group_uuid,
      client_id: randomUUID(),
      ...(index % 2 === 0 ? from : to),
      message: `Message ${index}.`,
      created_at: messageCreatedAt(uuid),
      member_count: 2,
    }),
  );
  const newest = message_uuids.at(-1) ?? "";
  for (const [own, other] of [
    [from, to],
    [to, from],
  ] as const) {
    items.push(
      toMembershipItem({
        user_uuid: own.user_uuid,
        message_group_uuid,
        member_count: 2,
        other,
        unread_count: 0,
        read_message_uuid: newest,
        last_message: {
          uuid: newest,
          message: `Message ${messages - 1}.`,
          user_uuid: (messages % 2 === 1 ? from : to).user_uuid,
        },
      }),
    );
  }
  try {
    await ensureTable(client, { stream: false });
    await writeItems(client, items);
  } finally {
    client.destroy();
  }
  return { message_group_uuid, message_uuids };
}
