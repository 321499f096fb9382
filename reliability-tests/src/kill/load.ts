import { setTimeout as sleep } from "node:timers/promises";
import { createClientId } from "@cruddur/contract/ids";
import type { Model } from "../model.ts";
import { type ApiClient, isRetryable } from "./api-client.ts";
import { actOnce, type ChangingGroup, ownGroups } from "./person-actions.ts";

export interface Load {
  /** How many messages were acknowledged. */
  readonly acknowledged: number;
  /** How many requests failed and were sent again. */
  readonly retried: number;
  /** Ends the load once every draft is acknowledged. Throws what made a client fail. */
  stop(): Promise<void>;
}

/** Delay between two messages of one person. */
const MESSAGE_DELAY_MS = 40;
const RETRY_DELAY_MS = 150;

/**
 * Makes every client send messages, repeat acknowledged sends, mark messages as read, and change
 * messages, their view and a group, until it is stopped. Records in the model what is acknowledged.
 * @param random returns numbers from 0 (included) to 1 (excluded)
 */
export function startLoad(
  clients: readonly ApiClient[],
  model: Model,
  changingGroup: ChangingGroup,
  random: () => number,
): Load {
  let stopped = false;
  const figures = { acknowledged: 0, retried: 0 };

  const untilAcknowledged = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isRetryable(error)) throw error;
        figures.retried += 1;
        await sleep(RETRY_DELAY_MS);
      }
    }
  };

  const sendMessage = async (client: ApiClient): Promise<void> => {
    const context = { client, model, changingGroup, untilAcknowledged, random };
    const own = ownGroups(context);
    const message_group_uuid = own[Math.floor(random() * own.length)];
    if (message_group_uuid === undefined) throw new Error(`${client.handle} has no conversation.`);
    const message = `Message ${figures.acknowledged}`;
    const draft = { message_group_uuid, client_id: createClientId(), message };
    const send = () => untilAcknowledged(() => client.api.messages.create.mutate(draft));
    model.acknowledge(await send());
    figures.acknowledged += 1;
    if (random() < 0.1) model.acknowledge(await send());
    if (random() < 0.2) await markRead(client, message_group_uuid);
    if (random() < 0.4) await actOnce(context, message_group_uuid);
  };

  const markRead = async ({ api, user_uuid }: ApiClient, message_group_uuid: string) => {
    const newest = model.messages(message_group_uuid).at(-1);
    if (!newest) return;
    const input = { message_group_uuid, message_uuid: newest.uuid };
    await untilAcknowledged(() => api.messageGroups.markRead.mutate(input));
    model.markRead(message_group_uuid, user_uuid, newest.uuid);
    const id = { user_uuid, message_group_uuid };
    model.filings.adopt(id, { ...model.filings.of(id), marked_unread: false });
  };

  const run = async (client: ApiClient): Promise<void> => {
    while (!stopped) {
      await sendMessage(client);
      await sleep(MESSAGE_DELAY_MS);
    }
  };
  // `stop` reports a failure; until then it must not be an unhandled rejection.
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
