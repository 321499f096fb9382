import { CruddurError } from "@cruddur/client/errors";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { type Message, UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import type { MessagePage } from "../../src/features/conversation/message-history/history-window.ts";
import type { ListInput } from "../../src/features/conversation/message-history/types.ts";
import type { SendMessage } from "../../src/features/outbox/types.ts";

export const MESSAGE_GROUP_UUID = "11111111-1111-4111-8111-111111111111";
export const ME = "22222222-2222-4222-8222-222222222222";
const ANA = "33333333-3333-4333-8333-333333333333";

/**
 * A conversation in memory with the paging of the server. A test controls its timing and faults. It
 * starts with the year 2026 and has a message every `stepMinutes`.
 */
export function createFakeServer(count: number, stepMinutes = 1) {
  let nowMs = Date.UTC(2026, 0, 1);
  const mint = createMessageUuidFactory(() => nowMs);
  const messages: Message[] = [];
  /** Each entry fails one send. */
  const failures: ("unavailable" | "message_blank")[] = [];
  let delayMs = 0;
  let listGate: Promise<void> | null = null;
  let sendGate: Promise<void> | null = null;
  let releases: (() => void)[] = [];
  const close = () => new Promise<void>((resolve) => releases.push(resolve));

  function write(user_uuid = ANA, text?: string, client_id?: string): Message {
    nowMs += stepMinutes * 60_000;
    const uuid = mint();
    const own = user_uuid === ME;
    const message = {
      uuid,
      message_group_uuid: MESSAGE_GROUP_UUID,
      client_id: client_id ?? `client-${uuid}`,
      user_uuid,
      display_name: own ? "Me" : "Ana",
      handle: own ? "me" : "ana",
      message: text ?? sample(messages.length),
      created_at: messageCreatedAt(uuid),
      ...UNCHANGED_MESSAGE,
    };
    messages.push(message);
    return message;
  }
  for (let i = 0; i < count; i += 1) write(i % 3 === 0 ? ME : ANA);

  function page(from: number, to: number): MessagePage {
    const [start, end] = [Math.max(0, from), Math.min(messages.length, to)];
    return {
      items: messages.slice(start, end),
      next_cursor: start > 0 ? `before:${start}` : null,
      previous_cursor: end < messages.length ? `after:${end}` : null,
    };
  }

  async function list({ cursor, around, since, limit }: ListInput): Promise<MessagePage> {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    await listGate;
    const [direction, at] = cursor?.split(":") ?? [];
    if (direction === "before") return page(Number(at) - limit, Number(at));
    if (direction === "after") return page(Number(at), Number(at) + limit);
    if (around !== undefined) {
      const middle = messages.findIndex(({ uuid }) => uuid === around);
      return page(middle - limit / 2, middle + limit / 2);
    }
    if (since !== undefined) {
      const first = messages.findIndex(({ created_at }) => created_at >= since);
      const start = first < 0 ? messages.length : first;
      return page(start, start + limit);
    }
    return page(messages.length - limit, messages.length);
  }

  const send: SendMessage = async ({ client_id, message }) => {
    await sendGate;
    const failure = failures.shift();
    if (failure !== undefined) throw new CruddurError(failure);
    return messages.find((item) => item.client_id === client_id) ?? write(ME, message, client_id);
  };

  return {
    messages,
    failures,
    write,
    list,
    send,
    setDelay(ms: number) {
      delayMs = ms;
    },
    /** Holds back pages until `release`. */
    hold() {
      listGate = close();
    },
    /** Stores no message until `release`. */
    holdSends() {
      sendGate = close();
    },
    release() {
      for (const open of releases) open();
      releases = [];
      [listGate, sendGate] = [null, null];
    },
  };
}

/** Texts of one to eight lines, so that rows differ in height. */
function sample(index: number): string {
  return `Message ${index}. ${"The quick brown fox jumps over the lazy dog. ".repeat((index * 7) % 9)}`;
}
