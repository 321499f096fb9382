import { connect, type Socket } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { PAGE_MAX_BYTES } from "@cruddur/contract/limits";
import { beforeAll, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import { runProgram } from "./support/program.ts";
import { PASSWORD, signIn, useServer, uuidOf } from "./support/stack.ts";

const REQUESTS = 200;
const MAX_RESIDENT_BYTES = 300 * 1024 * 1024;
const LONG_MESSAGE = "x".repeat(1000) + "\u0301".repeat(15_300);
const OTHERS = Array.from({ length: 19 }, (_, index) => `person${index}`);

const { stack, server } = useServer();
/** Londo's conversations. The first has 104 long messages, the others nine: one page of text each. */
const conversations: string[] = [];
const tokensOfOthers: string[] = [];

beforeAll(async () => {
  const londo = { user_uuid: uuidOf("londo"), handle: "londo", display_name: "Londo" };
  const bayko = { user_uuid: uuidOf("bayko"), handle: "bayko", display_name: "Bayko" };
  const others = [];
  for (const handle of OTHERS) {
    await stack.pool.createUser({
      ...{ handle, display_name: handle, email: `${handle}@example.com`, password: PASSWORD },
    });
    const { user, access_token } = await signIn(server, handle);
    others.push({ user_uuid: user.uuid, handle, display_name: handle });
    tokensOfOthers.push(access_token);
  }
  // One at a time in each conversation: a burst of long messages would measure the table, not the server.
  const made = [bayko, ...others].map(async (receiver) => {
    let message_group_uuid = "";
    for (let n = 0; n < (receiver === bayko ? 104 : 9); n += 1) {
      const client_id = createClientId();
      const message = { sender: londo, receiver, client_id, message: LONG_MESSAGE };
      ({ message_group_uuid } = await stack.store.sendToPerson(message));
    }
    return message_group_uuid;
  });
  conversations.push(...(await Promise.all(made)));
}, 120_000);

const batchOf = (message_group_uuids: readonly string[]): string => {
  const paths = message_group_uuids.map(() => "messages.list").join(",");
  const inputs = message_group_uuids.map((message_group_uuid) => ({
    message_group_uuid,
    limit: 100,
  }));
  return `/trpc/${paths}?batch=1&input=${encodeURIComponent(JSON.stringify({ ...inputs }))}`;
};

/** Requests on connections of their own, of which none reads its answer. */
function sendWithoutReading(port: number, path: string, token: string): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
  return socket;
}

async function statesOf(port: number): Promise<{ residentBytes: number; answered: number }> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const calls = text.matchAll(/^cruddur_procedure_seconds_count\{.*messages\.list.*\} (\d+)/gm);
  return {
    residentBytes: Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]),
    answered: [...calls].reduce((sum, [, count]) => sum + Number(count), 0),
  };
}

test.each([
  ["twenty times one conversation, by one person", 1],
  ["twenty conversations, by one person", 2],
  ["twenty times one conversation, by twenty people", 3],
])(
  `${REQUESTS} batches that list %s, and are never read, keep the server under 300 MB`,
  {
    timeout: 180_000,
  },
  async (_name, attack) => {
    const program = await runProgram(stack, { LOG_LEVEL: "warn" });
    const sockets: Socket[] = [];
    try {
      await program.ready();
      const tokens = attack === 3 ? tokensOfOthers : [(await signIn(server, "londo")).access_token];
      for (let n = 0; n < REQUESTS; n += 1) {
        const person = n % tokens.length;
        const own = conversations[attack === 3 ? person + 1 : 0] ?? "";
        const path = batchOf(attack === 2 ? conversations : Array(20).fill(own));
        sockets.push(sendWithoutReading(program.port, path, tokens[person] ?? ""));
      }
      let peakBytes = 0;
      const finished = async () => {
        const { residentBytes, answered } = await statesOf(program.metricsPort);
        peakBytes = Math.max(peakBytes, residentBytes);
        return answered;
      };
      await expect.poll(finished, { timeout: 120_000, interval: 50 }).toBe(REQUESTS * 20);
      await finished();
      console.log(`peak: ${Math.round(peakBytes / 1024 / 1024)} MB`);
      expect(peakBytes).toBeLessThan(MAX_RESIDENT_BYTES);
      expect((await fetch(`${program.url}/healthz`)).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
      program.child.kill("SIGKILL");
      await program.exited;
    }
  },
);

test("a page of long messages ends early and goes on with its cursor", async () => {
  const client = createClient(server.url, (await signIn(server, "londo")).access_token);
  const [message_group_uuid = ""] = conversations;
  const uuids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await client.messages.list.query({
      message_group_uuid,
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const bytes = page.items.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
    expect(bytes).toBeLessThanOrEqual(PAGE_MAX_BYTES);
    for (const { uuid } of page.items) uuids.add(uuid);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(uuids.size).toBe(104);
});

test("a batch lists the messages of a conversation once", async () => {
  const client = createClient(server.url, (await signIn(server, "londo")).access_token);
  const [message_group_uuid = ""] = conversations;
  const list = (limit: number) => client.messages.list.query({ message_group_uuid, limit });
  const [first, second] = await Promise.all([list(1), refusalOf(list(2))]);
  expect(first.items).toHaveLength(1);
  expect(second).toEqual({ status: 429, app_code: "rate_limited" });
});
