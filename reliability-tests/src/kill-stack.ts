import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { createMessagesStore } from "@cruddur/ddb/store";
import { type Stack, startStack } from "@cruddur/dev-stack/stack";
import { readWholeHistory, readWholeInbox } from "./check.ts";
import { signIn } from "./client.ts";
import { countLosses, type Losses } from "./count-losses.ts";
import { startLoad } from "./load.ts";
import { Model } from "./model.ts";

/** Parts of the stack that are killed: each in turn, then all at once. */
const VICTIMS: readonly (readonly string[])[] = [
  ["server"],
  ["stream-worker"],
  ["dynamodb"],
  ["postgres"],
  ["server", "stream-worker", "dynamodb", "postgres"],
];

export interface KillFigures extends Losses {
  seed: number;
  kills: number;
  acknowledged: number;
  retried: number;
  seconds: number;
}

export interface KillOptions {
  /** How long people write; the rounds of kills go on as long. At least one round is made. */
  durationMs: number;
  /** How long everything lives between two kills, at least: until some messages have gone through. */
  pauseMs: number;
  seed: number;
  onKill?: (victims: readonly string[], acknowledged: number) => void;
}

/** Acknowledged between two kills, so that every kill meets people who write. */
const MIN_MESSAGES = 5;
const NO_LIMIT = "1000000/1";

/** Kills the parts of a real stack while people write, and counts what that cost them. */
export async function killUnderLoad(options: KillOptions): Promise<KillFigures> {
  const startedMs = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-kill-"));
  try {
    await using stack = await startStack({
      dataDir,
      env: { LIMIT_SENDS: NO_LIMIT, LIMIT_REQUESTS: NO_LIMIT, LOG_LEVEL: "warn" },
    });
    const { DEMO_PASSWORD } = stack.config;
    const clients = await Promise.all(
      DEMO_PEOPLE.map(({ handle }) => signIn(stack.url, handle, DEMO_PASSWORD)),
    );
    const model = await learnModel(stack);
    const load = startLoad(clients, model, randomFrom(options.seed));
    const live = async () => {
      const before = load.acknowledged;
      do await sleep(options.pauseMs);
      while (load.acknowledged < before + MIN_MESSAGES);
    };
    let kills = 0;
    do {
      for (const victims of VICTIMS) {
        await live();
        await Promise.all(victims.map((victim) => stack.kill(victim)));
        kills += victims.length;
        options.onKill?.(victims, load.acknowledged);
        await stack.ready();
      }
    } while (Date.now() - startedMs < options.durationMs);
    await live();
    await load.stop();
    const losses = await countLosses(clients, model, 60_000);
    return {
      seed: options.seed,
      kills,
      acknowledged: load.acknowledged,
      retried: load.retried,
      seconds: Math.round((Date.now() - startedMs) / 1000),
      ...losses,
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Makes a conversation of each pair and one of all, and learns what the table holds by then. */
async function learnModel(stack: Stack): Promise<Model> {
  const client = createDynamoDbClient({ endpoint: stack.endpoints.AWS_ENDPOINT_URL });
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
    const team = randomUUID();
    await store.createMessageGroup({ message_group_uuid: team, members: people });
    const model = new Model();
    model.createMessageGroup(
      team,
      people.map(({ user_uuid }) => user_uuid),
    );
    for (const { user_uuid } of people) {
      for (const row of await readWholeInbox(store, user_uuid, 100)) {
        const { message_group_uuid, other, read_message_uuid } = row;
        model.createMessageGroup(message_group_uuid, [user_uuid, other.user_uuid]);
        model.setMarker(message_group_uuid, user_uuid, read_message_uuid);
        const messages = await readWholeHistory(store, message_group_uuid, 100);
        for (const message of messages) model.acknowledge(message);
      }
    }
    return model;
  } finally {
    client.destroy();
  }
}

/** mulberry32: small, seeded, good enough to choose by. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
