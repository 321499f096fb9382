import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { type Message, UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import type { MessagePage } from "../src/features/conversation/message-history/history-window.ts";
import { createMessageHistory } from "../src/features/conversation/message-history/message-history.ts";
import type { ListInput } from "../src/features/conversation/message-history/types.ts";

/** A conversation of `count` messages, one for each minute, with the paging of the server. */
export function createServer(count: number) {
  let nowMs = Date.UTC(2026, 0, 1);
  const mint = createMessageUuidFactory(() => nowMs);
  const messages: Message[] = [];
  const write = (user_uuid = "ana"): Message => {
    nowMs += 60_000;
    const uuid = mint();
    const message = {
      uuid,
      message_group_uuid: "group",
      client_id: `client-${uuid}`,
      user_uuid,
      display_name: user_uuid,
      handle: user_uuid,
      message: `message ${messages.length}`,
      created_at: messageCreatedAt(uuid),
      ...UNCHANGED_MESSAGE,
    };
    messages.push(message);
    return message;
  };
  for (let i = 0; i < count; i += 1) write();

  const page = (from: number, to: number): MessagePage => {
    const [start, end] = [Math.max(0, from), Math.min(messages.length, to)];
    return {
      items: messages.slice(start, end),
      next_cursor: start > 0 ? `before:${start}` : null,
      previous_cursor: end < messages.length ? `after:${end}` : null,
    };
  };
  const calls: ListInput[] = [];
  let gate: Promise<void> = Promise.resolve();
  const list = async (input: ListInput): Promise<MessagePage> => {
    calls.push(input);
    const { cursor, around, since, limit } = input;
    const [direction, at] = cursor?.split(":") ?? [];
    const answer =
      direction === "before"
        ? page(Number(at) - limit, Number(at))
        : direction === "after"
          ? page(Number(at), Number(at) + limit)
          : around !== undefined
            ? page(indexOf(around) - limit / 2, indexOf(around) + limit / 2)
            : since !== undefined
              ? page(firstSince(since), firstSince(since) + limit)
              : page(messages.length - limit, messages.length);
    await gate;
    return answer;
  };
  const indexOf = (uuid: string) => messages.findIndex((message) => message.uuid === uuid);
  const firstSince = (since: string) => {
    const at = messages.findIndex(({ created_at }) => created_at >= since);
    return at < 0 ? messages.length : at;
  };
  return {
    messages,
    write,
    list,
    calls,
    /** Holds back all answers until the returned function is called. An answer keeps its content. */
    hold() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
  };
}

/** Such a conversation, opened at its newest page by a person who wrote none of the messages. */
export const open = async (count: number) => {
  const server = createServer(count);
  const history = createMessageHistory({ list: server.list, user_uuid: "me" });
  await history.open({ at: "newest" });
  return { server, history };
};
