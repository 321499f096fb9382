import type { Message } from "@cruddur/contract/messages";
import type { Member, Membership, StoredMessage } from "@cruddur/ddb/types";
import type { People } from "../people/people.ts";
import type { SignedInContext } from "./trpc.ts";
import { toWireMessages } from "./wire-form.ts";

/** Who receives what happens in a conversation. */
export interface Recipients {
  member_count: number;
  /** The members' uuids, where they are known without a read: those of a pair never change. */
  members?: string[] | undefined;
}

export function recipientsOf({ user_uuid, member_count, other }: Membership): Recipients {
  const members = other === null ? undefined : [user_uuid, other.user_uuid];
  return { member_count, members };
}

/** The caller under their current name. */
export async function readOwnName({ services, user }: SignedInContext): Promise<Member> {
  const { user_uuid } = user;
  const { handle = "", display_name = "" } =
    (await services.people.profiles([user_uuid])).get(user_uuid) ?? {};
  return { user_uuid, handle, display_name };
}

/** The wire form of one message. */
export async function toOneWireMessage(
  stored: StoredMessage,
  people: Pick<People, "profiles">,
): Promise<Message> {
  const [message] = await toWireMessages([stored], people);
  if (message === undefined) throw new Error("a message has no wire form");
  return message;
}

/** Delivers a new message to the members. Also after a repeat: the first notice may be lost. */
export function publishMessage(
  ctx: SignedInContext,
  stored: StoredMessage,
  recipients: Recipients,
): Promise<Message> {
  return publish(ctx, "message", stored, recipients);
}

/** Delivers a changed message to the members. Also after a repeat: the first notice may be lost. */
export function publishChange(
  ctx: SignedInContext & { membership: Membership },
  stored: StoredMessage,
): Promise<Message> {
  return publish(ctx, "message_changed", stored, recipientsOf(ctx.membership));
}

async function publish(
  { services: { live, people } }: SignedInContext,
  type: "message" | "message_changed",
  stored: StoredMessage,
  recipients: Recipients,
): Promise<Message> {
  const message = await toOneWireMessage(stored, people);
  const { message_group_uuid, uuid: message_uuid } = message;
  live.publish({ type, message_group_uuid, message_uuid, ...recipients }, message);
  return message;
}
