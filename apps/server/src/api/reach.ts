import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { RequestFolder } from "@cruddur/ddb/types";
import type { SignedInContext } from "./trpc.ts";

/**
 * The one place where the server applies what people have chosen about who reaches them. Every refusal
 * is `cannot_message`, after the same reads whatever its reason, so that nobody learns whether it is a
 * block or a setting.
 */

/** What becomes of the caller's first message to a person. */
export async function readFirstMessages(
  { services }: SignedInContext,
  user_uuid: string,
): Promise<"refused" | RequestFolder> {
  return (await services.people.profiles([user_uuid])).get(user_uuid)?.first_messages ?? "refused";
}

/**
 * By uuid, the people for whom being added to a group by the caller is a request: those who have never
 * written with the caller, and accept that everyone adds them. Throws `cannot_message` where one of
 * them can't be added by the caller.
 */
export async function readGroupRequests(
  ctx: SignedInContext,
  user_uuids: readonly string[],
): Promise<Map<string, RequestFolder>> {
  const additions = await Promise.all(user_uuids.map((uuid) => readAddition(ctx, uuid)));
  if (additions.includes("refused")) throw new AppError("cannot_message");
  return new Map(
    user_uuids.flatMap((uuid, index) => {
      const addition = additions[index];
      return addition === "inbox" || addition === "requests" ? [[uuid, addition]] : [];
    }),
  );
}

async function readAddition(
  { services, user }: SignedInContext,
  other_uuid: string,
): Promise<"refused" | "member" | RequestFolder> {
  const { user_uuid } = user;
  const { store, people } = services;
  const message_group_uuid = derivePairGroupUuid(user_uuid, other_uuid);
  const [profiles, isBlocked, theirs] = await Promise.all([
    people.profiles([other_uuid]),
    store.isBlocked({ user_uuid, other_uuid }),
    store.getMembership({ user_uuid: other_uuid, message_group_uuid }),
  ]);
  const { group_additions = "nobody", first_messages } = profiles.get(other_uuid) ?? {};
  if (isBlocked || group_additions === "nobody") return "refused";
  if (theirs !== null && theirs.requested === null) return "member";
  if (group_additions === "acquaintances") return "refused";
  return first_messages === "inbox" ? "inbox" : "requests";
}
