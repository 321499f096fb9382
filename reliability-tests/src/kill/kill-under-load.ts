import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { createMessagesStore } from "@cruddur/ddb/store";
import { type Stack, startStack } from "@cruddur/dev-stack/stack";
import { readAllInboxPages, readAllMessagePages } from "../compare-table.ts";
import { Model } from "../model.ts";
import { signIn } from "./api-client.ts";
import { compareApiWithModel, type Differences } from "./compare-api.ts";
import { startLoad } from "./load.ts";

/** The parts of the local stack that each kill of a round ends: one by one, then all at once. */
const KILLS: readonly (readonly string[])[] = [
  ["server"],
  ["stream-worker"],
  ["dynamodb"],
  ["postgres"],
  ["server", "stream-worker", "dynamodb", "postgres"],
];

export interface KillFigures extends Differences {
  seed: number;
  killedParts: number;
  acknowledgedMessages: number;
  retriedRequests: number;
  seconds: number;
}

export interface KillOptions {
  /** No round of kills starts after this time. There is at least one round. */
  durationMs: number;
  /** Minimum time between two kills, which are also separated by some acknowledged messages. */
  pauseMs: number;
  seed: number;
  /** Called after each kill with the parts that were killed and the messages acknowledged before. */
  onKill?: (parts: readonly string[], acknowledgedMessages: number) => void;
}

/** Messages that are acknowledged between two kills, so that every kill interrupts a running load. */
const MIN_MESSAGES_BETWEEN_KILLS = 5;
const NO_LIMIT = "1000000/1";

/**
 * Kills the parts of a local stack while people send messages, then compares what people see with
 * what was acknowledged. Returns the differences, all of which must be 0.
 */
export async function killUnderLoad(options: KillOptions): Promise<KillFigures> {
  const startedMs = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-kill-"));
  try {
    await using stack = await startStack({
      dataDir,
      env: {
        LIMIT_SENDS: NO_LIMIT,
        LIMIT_REQUESTS: NO_LIMIT,
        LIMIT_READS: NO_LIMIT,
        LIMIT_CHANGES: NO_LIMIT,
        LIMIT_CONNECTIONS: NO_LIMIT,
        LIMIT_GROUPS: NO_LIMIT,
        LIMIT_LOOKUPS: NO_LIMIT,
        LOG_LEVEL: "warn",
      },
    });
    const { DEMO_PASSWORD } = stack.config;
    const clients = await Promise.all(
      DEMO_PEOPLE.map(({ handle }) => signIn(stack.url, handle, DEMO_PASSWORD)),
    );
    const { model, changing_group_uuid } = await createConversations(stack);
    const [owner, comesAndGoes] = [clients[0], clients.at(-1)];
    if (!owner || !comesAndGoes) throw new Error("There are no demo people.");
    const changingGroup = {
      message_group_uuid: changing_group_uuid,
      owner: owner.user_uuid,
      comesAndGoes,
    };
    const load = startLoad(clients, model, changingGroup, createRandom(options.seed));
    const runWithoutKills = async () => {
      const before = load.acknowledged;
      do await sleep(options.pauseMs);
      while (load.acknowledged < before + MIN_MESSAGES_BETWEEN_KILLS);
    };
    let killedParts = 0;
    do {
      for (const parts of KILLS) {
        await runWithoutKills();
        await Promise.all(parts.map((part) => stack.kill(part)));
        killedParts += parts.length;
        options.onKill?.(parts, load.acknowledged);
        await stack.ready();
      }
    } while (Date.now() - startedMs < options.durationMs);
    await runWithoutKills();
    await load.stop();
    const differences = await compareApiWithModel(clients, model, 60_000);
    return {
      seed: options.seed,
      killedParts,
      acknowledgedMessages: load.acknowledged,
      retriedRequests: load.retried,
      seconds: Math.round((Date.now() - startedMs) / 1000),
      ...differences,
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * Creates a conversation for each pair of demo people, a group of all of them, and one whose members
 * change. Returns a model of everything that the table then holds.
 */
async function createConversations(
  stack: Stack,
): Promise<{ model: Model; changing_group_uuid: string }> {
  const client = createDynamoDbClient({
    endpoint: stack.endpoints.AWS_ENDPOINT_URL,
    credentials: credentialsFrom(stack.endpoints),
  });
  try {
    const store = createMessagesStore({ client, tableName: stack.config.MESSAGES_TABLE });
    const people = DEMO_PEOPLE.map(({ uuid, handle, display_name }) => ({
      user_uuid: uuid,
      handle,
      display_name,
    }));
    for (const sender of people) {
      for (const receiver of people) {
        if (sender.user_uuid >= receiver.user_uuid) continue;
        await store.sendToPerson({ sender, receiver, client_id: randomUUID(), message: "hello" });
      }
    }
    const changing_group_uuid = randomUUID();
    for (const message_group_uuid of [randomUUID(), changing_group_uuid]) {
      const ids = { message_group_uuid, client_id: randomUUID() };
      await store.createMessageGroup({ ...ids, members: people });
    }
    const model = new Model();
    for (const { user_uuid } of people) {
      for (const membership of await readAllInboxPages(store, user_uuid, 100)) {
        const { message_group_uuid, other, read_message_uuid } = membership;
        const pair = other === null ? null : [user_uuid, other.user_uuid];
        model.addMessageGroup(message_group_uuid, pair);
        for (const message of await readAllMessagePages(store, message_group_uuid, 100)) {
          const system = message.system_kind === undefined ? undefined : message;
          model.acknowledge({ ...message, system });
        }
        model.setReadMarker(message_group_uuid, user_uuid, read_message_uuid);
      }
    }
    return { model, changing_group_uuid };
  } finally {
    client.destroy();
  }
}

/** The mulberry32 generator: small, seeded, and random enough to choose a conversation. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
