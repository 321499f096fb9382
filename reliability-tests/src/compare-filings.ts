import { deepStrictEqual } from "node:assert/strict";
import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member, Membership, MembershipId } from "@cruddur/ddb/types";
import type { Model } from "./model.ts";

/** Messages of one look-up for hidden ones, as on a page. */
const PAGE_ITEMS = 3;

/**
 * Compares where every member has put every conversation, what they have hidden, and whom they
 * block. Throws at the first difference.
 */
export async function compareFilings(
  observer: MessagesStore,
  people: readonly Member[],
  model: Model,
): Promise<void> {
  const { filings } = model;
  for (const { user_uuid, handle } of people) {
    const blocks = [...filings.blocks].map((block) => block.split("/"));
    const blocked = blocks.filter(([blocker]) => blocker === user_uuid).map(([, other]) => other);
    const refusedBy = blocks.filter(([, other]) => other === user_uuid).map(([other]) => other);
    const { items } = await observer.listBlocked({ user_uuid, limit: 100 });
    deepStrictEqual(items.toSorted(), blocked.toSorted(), `the people whom ${handle} blocks`);
    const { made, received } = await observer.listBlocks({ user_uuid });
    deepStrictEqual(
      [made.toSorted(), received.toSorted()],
      [blocked.toSorted(), refusedBy.toSorted()],
      `the people whom ${handle} must not find`,
    );
  }
  for (const message_group_uuid of model.messageGroupUuids()) {
    for (const user_uuid of model.members(message_group_uuid)) {
      const id = { user_uuid, message_group_uuid };
      const membership = await observer.getMembership(id);
      if (membership === null) throw new Error("A member has no membership.");
      filings.check(id, filings.of(id), membership, true);
      checkPair(model, membership);
      await compareHidden(observer, model, membership);
    }
  }
}

/** Checks what a pair's memberships say about blocks and requests. */
function checkPair(model: Model, membership: Membership): void {
  const { user_uuid, message_group_uuid, blocked, refused, requested } = membership;
  const other = model.pairOf(message_group_uuid)?.find((uuid) => uuid !== user_uuid);
  if (other === undefined) return;
  if (model.erased.has(other)) {
    deepStrictEqual(refused, true, "whether messages to an erased person are refused");
    return;
  }
  const { blocks } = model.filings;
  const expected = [blocks.has(`${user_uuid}/${other}`), blocks.has(`${other}/${user_uuid}`)];
  deepStrictEqual([blocked, refused], expected, "what a membership says about blocks");
  const sent = model
    .messages(message_group_uuid)
    .filter((message) => message.user_uuid === user_uuid).length;
  const { request_messages } = membership;
  if (request_messages !== null) {
    deepStrictEqual(request_messages, sent, "how many messages of a request are counted");
    if (sent > REQUEST_MAX_MESSAGES) throw new Error("A request has too many messages.");
    const receiver = model.filings.of({ user_uuid: other, message_group_uuid });
    if (receiver.requested === null) throw new Error("An accepted request is still limited.");
  }
  if (requested !== null && sent > 0) throw new Error("A request was answered and not accepted.");
}

/** Reads as the API does, and throws where a hidden message shows or another one doesn't. */
async function compareHidden(
  observer: MessagesStore,
  model: Model,
  membership: Membership,
): Promise<void> {
  const { message_group_uuid, user_uuid, group } = membership;
  const readable = model
    .messages(message_group_uuid)
    .map(({ uuid }) => uuid)
    .filter((uuid) => uuid > (group?.joined_after ?? ""));
  const hidden = model.filings.hiddenBy({ user_uuid, message_group_uuid });
  const shown = await withoutHidden(observer, membership, readable);
  deepStrictEqual(
    shown,
    readable.filter((uuid) => !hidden.has(uuid)),
    "the messages that a member has not hidden",
  );
}

/** The uuids without those of hidden messages, read only where the membership says that there are some. */
async function withoutHidden(
  observer: MessagesStore,
  { newest_hidden_uuid = "", ...membership }: MembershipId & { newest_hidden_uuid?: string },
  uuids: readonly string[],
): Promise<string[]> {
  const { user_uuid, message_group_uuid } = membership;
  const shown: string[] = [];
  for (let start = 0; start < uuids.length; start += PAGE_ITEMS) {
    const page = uuids.slice(start, start + PAGE_ITEMS);
    const [from = "", until = ""] = [page[0], page.at(-1)];
    const range = { user_uuid, message_group_uuid, from, until };
    const hidden = from > newest_hidden_uuid ? [] : await observer.listHiddenMessages(range);
    shown.push(...page.filter((uuid) => !hidden.includes(uuid)));
  }
  return shown;
}
