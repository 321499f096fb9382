import type { DeadLetter } from "./dead-letters.ts";
import { parseMessagePk, parseMessageSk } from "./keys.ts";
import type { OperatorProjection } from "./projection.ts";

/**
 * Rebuilds every membership of a dead letter's message group from the stored messages. It is safe to
 * repeat, in any order, while people write. Throws when the dead letter names no stored message, and
 * when the index does not show all members yet.
 */
export async function replayDeadLetter(
  projection: OperatorProjection,
  { pk, sk }: Pick<DeadLetter, "pk" | "sk">,
): Promise<void> {
  if (pk === null || sk === null) throw new Error("the dead letter names no message");
  const message_group_uuid = parseMessagePk(pk);
  const { message_uuid } = parseMessageSk(sk);
  const message = await projection.getMessage({ message_group_uuid, message_uuid });
  if (message === null) throw new Error("there is no such message");
  const uuids = await projection.listMemberUuids({ message_group_uuid });
  const rebuilt = await Promise.all(
    uuids.map((user_uuid) => projection.rebuildMembership({ user_uuid, message_group_uuid })),
  );
  const counts = rebuilt.flatMap((membership) =>
    membership === null ? [] : [membership.member_count],
  );
  if (counts.length === 0 || counts.length < Math.max(...counts)) {
    throw new Error("the index doesn't show all members yet; try again");
  }
}
