import { setTimeout as sleep } from "node:timers/promises";
import { createClientId } from "@cruddur/contract/ids";
import { type Client, isRetryable } from "./client.ts";
import type { Model } from "./model.ts";

export interface Load {
  /** Messages acknowledged so far. */
  readonly acknowledged: number;
  /** Requests that failed and were sent again. */
  readonly retried: number;
  /** Lets everyone finish what they are at: afterwards every draft is acknowledged. */
  stop(): Promise<void>;
}

/** How long a person thinks between two messages. */
const PAUSE_MS = 40;
const RETRY_PAUSE_MS = 150;

/**
 * Everyone writes, repeats drafts they have an answer for, and marks as read, all the time, until
 * stopped. What is acknowledged goes into the model.
 * @param random numbers in [0, 1), seeded
 */
export function startLoad(clients: readonly Client[], model: Model, random: () => number): Load {
  let stopped = false;
  const figures = { acknowledged: 0, retried: 0 };

  const untilAcknowledged = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isRetryable(error)) throw error;
        figures.retried += 1;
        await sleep(RETRY_PAUSE_MS);
      }
    }
  };

  const write = async (client: Client): Promise<void> => {
    const groups = model.groups().filter((group) => model.isMember(group, client.user_uuid));
    const message_group_uuid = groups[Math.floor(random() * groups.length)];
    if (message_group_uuid === undefined) throw new Error(`${client.handle} has no conversation`);
    const number = figures.acknowledged;
    const draft = { message_group_uuid, client_id: createClientId(), message: `number ${number}` };
    const send = () => untilAcknowledged(() => client.api.messages.create.mutate(draft));
    const message = await send();
    model.acknowledge(message);
    figures.acknowledged += 1;
    if (random() < 0.1) model.acknowledge(await send());
    if (random() < 0.2) await markRead(client, message_group_uuid);
  };

  const markRead = async ({ api, user_uuid }: Client, message_group_uuid: string) => {
    const newest = model.history(message_group_uuid).at(-1);
    if (!newest) return;
    const input = { message_group_uuid, message_uuid: newest.uuid };
    await untilAcknowledged(() => api.messageGroups.markRead.mutate(input));
    model.markRead(message_group_uuid, user_uuid, newest.uuid);
  };

  const run = async (client: Client): Promise<void> => {
    while (!stopped) {
      await write(client);
      await sleep(PAUSE_MS);
    }
  };
  // A failure must not go unnoticed while the load still runs: `stop` reports it.
  const running = Promise.allSettled(clients.map(run));
  return {
    get acknowledged() {
      return figures.acknowledged;
    },
    get retried() {
      return figures.retried;
    },
    async stop() {
      stopped = true;
      for (const result of await running) if (result.status === "rejected") throw result.reason;
    },
  };
}
