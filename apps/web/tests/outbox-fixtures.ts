import { CruddurError, type ErrorCode } from "@cruddur/client/errors";
import type { Message } from "@cruddur/contract/messages";
import { expect, vi } from "vitest";
import { createOutbox } from "../src/features/outbox/create-outbox.ts";
import { createMemoryStore } from "../src/features/outbox/memory-store.ts";
import type { OutboxOptions } from "../src/features/outbox/outbox-options.ts";
import type { TabMessage } from "../src/features/outbox/tab-channel.ts";
import type { OutboxStore, SendMessage } from "../src/features/outbox/types.ts";

export const MESSAGE_GROUP_UUID = "group-1";
export const to = { message_group_uuid: MESSAGE_GROUP_UUID, handle: null };

/** A browser whose tabs share storage, locks and a channel. */
export function createBrowser() {
  const store = createMemoryStore();
  const listeners = new Set<(message: TabMessage) => void>();
  const locks = new Map<string, Promise<void>>();
  return {
    store,
    async openTab(send: SendMessage, options: Partial<OutboxOptions> = {}) {
      const received: Message[] = [];
      let own: ((message: TabMessage) => void) | null = null;
      const outbox = await createOutbox({
        store,
        send,
        channel: {
          post(message) {
            for (const listener of listeners) if (listener !== own) listener(message);
          },
          listen(listener) {
            own = listener;
            listeners.add(listener);
          },
          close() {
            if (own) listeners.delete(own);
          },
        },
        async withLock(name, task, signal) {
          const before = locks.get(name) ?? Promise.resolve();
          const mine = before.then(() => (signal.aborted ? undefined : task()));
          locks.set(
            name,
            mine.catch(() => {}),
          );
          await mine;
        },
        onOnline: () => () => {},
        onPageExit: () => () => {},
        onSent: (message) => received.push(message),
        change: () => new Promise(() => {}),
        onChanged() {},
        onRefused() {},
        random: () => 0,
        ...options,
      });
      return { outbox, received };
    },
  };
}

/** A server that stores each client id once. Each entry of `failures` fails one call. */
export function createServer() {
  const stored: string[] = [];
  const ids = new Set<string>();
  const failures: (ErrorCode | "lost reply" | CruddurError)[] = [];
  const send: SendMessage = async ({ client_id, message, message_group_uuid }, signal) => {
    signal.throwIfAborted();
    const failure = failures.shift();
    if (failure instanceof CruddurError) throw failure;
    if (failure !== undefined && failure !== "lost reply") throw new CruddurError(failure);
    if (!ids.has(client_id)) {
      ids.add(client_id);
      stored.push(message);
    }
    if (failure === "lost reply") throw new CruddurError("network");
    return { client_id, message, message_group_uuid, uuid: `m-${stored.length}` } as Message;
  };
  return { send, stored, failures };
}

export const settled = (store: OutboxStore, left = 0) =>
  vi.waitFor(
    async () =>
      expect((await store.load()).messages.filter(({ state }) => state !== "failed")).toHaveLength(
        left,
      ),
    { timeout: 5_000, interval: 5 },
  );

/** An outbox in the only tab of a browser. */
export function createBrowserWith(store: OutboxStore, send: SendMessage) {
  return createOutbox({
    store,
    send,
    channel: { post() {}, listen() {}, close() {} },
    withLock: (_name, task) => task(),
    onOnline: () => () => {},
    onPageExit: () => () => {},
    onSent() {},
    change: () => new Promise(() => {}),
    onChanged() {},
    onRefused() {},
    random: () => 0,
  }).then((outbox) => ({ outbox }));
}
