import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalStack } from "@cruddur/command-line/local-stack";
import { createClientId } from "@cruddur/contract/ids";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { createMessagesStore } from "@cruddur/ddb/store";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPOSITORY, TSX_LOADER } from "../src/server-part.ts";
import { startStack } from "../src/stack.ts";

const PROGRAMS = join(REPOSITORY, "apps/cli/src/bin");
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cruddur-ops-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Runs a program, such as `ops`, on the stack of this file. */
const run = (program: string, args: readonly string[]) =>
  execa(process.execPath, ["--import", TSX_LOADER, join(PROGRAMS, `${program}.ts`), ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir },
    extendEnv: false,
    reject: false,
  });

const ops = (...args: string[]) => run("ops", args);

const status = async () => JSON.parse((await ops("--once", "--json")).stdout);

const signIn = async (url: string, password: string) => {
  const answer = await fetch(`${url}/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ handle: "andrewbrown", password }),
  });
  await answer.text();
  return answer.status;
};

/** Stores messages of Andrew Brown to Mira, as the server does. @returns their conversation */
async function send(stack: LocalStack, messages: number): Promise<string> {
  const [sender, receiver] = ["andrewbrown", "mira"].map((handle) => {
    const { uuid = "", display_name = "" } =
      DEMO_PEOPLE.find((each) => each.handle === handle) ?? {};
    return { user_uuid: uuid, handle, display_name };
  });
  if (sender === undefined || receiver === undefined) throw new Error("no demo people");
  const client = createDynamoDbClient({
    endpoint: stack.AWS_ENDPOINT_URL,
    credentials: credentialsFrom(stack),
  });
  const store = createMessagesStore({ client });
  let uuid = "";
  for (let n = 0; n < messages; n += 1) {
    const draft = { sender, receiver, client_id: createClientId(), message: `secret text ${n}` };
    uuid = (await store.sendToPerson(draft)).message_group_uuid;
  }
  client.destroy();
  return uuid;
}

async function addDeadLetter(): Promise<void> {
  const deadLetter = {
    reason: "malformed",
    pk: null,
    sk: null,
    sequence_number: "1",
    problem: "no message",
    at: "2026-11-21T10:00:00.000Z",
  };
  await appendFile(join(dataDir, "dead-letters.jsonl"), `${JSON.stringify(deadLetter)}\n`);
}

test("pnpm ops shows health, lag, dead letters, refused sign-ins and the busiest conversations of a running stack", async () => {
  await using stack = await startStack({ dataDir });
  expect(await signIn(stack.url, "crudders-unite")).toBe(200);
  expect(await signIn(stack.url, "a wrong password")).toBe(401);
  const message_group_uuid = await send(stack.endpoints, 3);
  await addDeadLetter();

  await expect.poll(async () => (await status()).lag_seconds, { timeout: 40_000 }).toBe(0);
  // A server can answer before the line that names the port of its metrics has arrived.
  await expect.poll(async () => (await status()).server, { timeout: 40_000 }).not.toBeNull();
  const shown = await status();
  expect(shown).toMatchObject({
    health: { status: "ok", parts: { postgres: "up", dynamodb: "up" } },
    server: { server_errors: 0 },
    sign_ins: { succeeded: 1, refused: 1 },
    open_reports: 0,
    dead_letters: { count: 1, newest: { problem: "no message" } },
    hot_conversations: [{ message_group_uuid, messages: 3 }],
    problems: [],
  });

  const screen = await ops("--once");
  expect([screen.exitCode, screen.stderr]).toEqual([0, ""]);
  for (const text of ["ok", "0.0 s", "no message", "1 succeeded, 1 refused", message_group_uuid]) {
    expect(screen.stdout).toContain(text);
  }
  expect(screen.stdout).not.toContain("secret text");
});

const PAGES = ["README.md", "docs/threat-model.md"].concat(
  ["commands", "deploy", "monitor", "runbook"].map((page) => `docs/operations/${page}.md`),
);

/** Every command line that the documentation gives for the local stack, with one example of each argument. */
function localCommandLines(): string[][] {
  const lines = PAGES.flatMap((page) => {
    const text = readFileSync(join(REPOSITORY, page), "utf8");
    const named = text.matchAll(/pnpm(?:@10)? ((?:(?:ddb|db|cognito) [a-z]|ops)[^`\n#|]*)/g);
    return [...named].map(([, line = ""]) => line.trim().replaceAll("<handle>", "bayko"));
  });
  return [...new Set(lines)]
    .filter((line) => !line.endsWith("--prod"))
    .map((line) => (line === "ops" ? "ops --once" : line).split(" "));
}

test("every command line that the documentation gives for the local stack succeeds on it", async () => {
  await using _stack = await startStack({ dataDir, worker: false });
  await rm(join(dataDir, "dead-letters.jsonl"), { force: true });
  const lines = localCommandLines();
  expect(lines.length).toBeGreaterThan(4);
  for (const [program = "", ...args] of lines) {
    const { exitCode, stderr } = await run(program, args);
    expect([program, ...args, exitCode], stderr).toEqual([program, ...args, 0]);
  }
});

test("pnpm ops refreshes until it is stopped", async () => {
  await using _stack = await startStack({ dataDir });
  const running = ops("--json", "--every", "0.1");
  const lines: string[] = [];
  for await (const line of running) {
    lines.push(JSON.parse(line).at);
    if (lines.length === 3) break;
  }
  running.kill("SIGTERM");
  await running;
  expect(new Set(lines).size).toBe(3);
});

test("pnpm ops shows how far inboxes are behind while nothing reads the stream", async () => {
  await using stack = await startStack({ dataDir, worker: false });
  await send(stack.endpoints, 1);
  await expect
    .poll(async () => (await status()).lag_seconds, { timeout: 40_000 })
    .toBeGreaterThan(0);
});

test("a server that is down is shown as a problem and exits with code 1", async () => {
  await rm(join(dataDir, "dead-letters.jsonl"), { force: true });
  await addDeadLetter();
  await using _stack = await startStack({ dataDir, server: false });
  const { exitCode, stdout } = await ops("--once", "--json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    health: null,
    dead_letters: { count: 1 },
    problems: expect.arrayContaining([expect.stringMatching(/^health: can't reach http/)]),
  });
});

test("without a local stack pnpm ops says in one line what to do", async () => {
  const { exitCode, stdout, stderr } = await ops("--once");
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: no local stack found [^\n]*pnpm start[^\n]*$/);
  const wrong = await ops("--every", "soon");
  expect(wrong.stderr).toMatch(/^error: --every needs a number of seconds/);
});
