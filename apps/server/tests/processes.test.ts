import { createClientId } from "@cruddur/contract/ids";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { createClient } from "./support/client.ts";
import { runProgram } from "./support/program.ts";
import { signIn, useStack } from "./support/stack.ts";

/** How long a process may take to start on a busy machine. */
const START_MS = 45_000;
/** Two server processes on one port. */
const stack = useStack();
let server: Awaited<ReturnType<typeof runProgram>>;

beforeAll(async () => {
  server = await runProgram(stack, { SERVER_PROCESSES: "2" });
  await server.ready();
  await vi.waitFor(() => expect(pidsOf()).toHaveLength(2), { timeout: START_MS });
});
afterAll(async () => {
  server.child.kill("SIGKILL");
  await server.exited;
});

/** The processes that have listened, the first one first. */
const pidsOf = (): number[] =>
  server
    .output()
    .split("\n")
    .filter((line) => line.includes('"listening"'))
    .map((line) => z.object({ pid: z.number() }).parse(JSON.parse(line)).pid);

/**
 * Tests poll it: a connection may still lead to the process that was killed, and on a busy machine an engine
 * may need longer for its answer than the health check waits.
 */
const status = () =>
  fetch(`${server.url}/healthz`).then(
    (response) => response.status,
    () => "no answer",
  );

const metrics = async () => (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();

test("a message reaches a live connection of the other process, and one page of metrics counts the connections of both", async () => {
  const { access_token } = await signIn(server, "andrewbrown");
  const other = await signIn(server, "londo");
  const aborter = new AbortController();
  // Connections go to the processes in turn, so that both of them have some.
  const connections = await Promise.all(
    Array.from({ length: 4 }, () =>
      fetch(`${server.url}/trpc/live.events`, {
        headers: { authorization: `Bearer ${other.access_token}` },
        signal: aborter.signal,
      }),
    ),
  );
  await expect.poll(metrics).toMatch(/cruddur_live_connections 4\n/);
  expect(await metrics()).toMatch(/cruddur_live_channel_up 1\n/);
  await createClient(server.url, access_token).messages.create.mutate({
    ...{ handle: "londo", message: "to both processes", client_id: createClientId() },
  });
  await Promise.all(
    connections.map(async ({ body }) => {
      let text = "";
      for await (const chunk of body ?? []) {
        text += Buffer.from(chunk).toString();
        if (text.includes("to both processes")) return;
      }
    }),
  );
  aborter.abort();
});

test("a process that crashes is replaced, while the other one goes on answering", async () => {
  const [first] = pidsOf();
  if (first === undefined) throw new Error("no process has listened");
  process.kill(first, "SIGKILL");
  await expect.poll(status).toBe(200);
  await expect.poll(pidsOf, { timeout: START_MS }).toHaveLength(3);
  expect(server.output()).toContain("a server process ended; starting another");
  await expect.poll(status).toBe(200);
});

test("SIGTERM stops all processes and exits with 0", async () => {
  server.child.kill("SIGTERM");
  expect((await server.exited)[0]).toBe(0);
  for (const pid of pidsOf()) expect(() => process.kill(pid, 0)).toThrow();
});

test("processes that can't start say why once each, and exit code 1 says it to the starter", async () => {
  const taken = await stack.start();
  const busy = await runProgram(stack, {
    ...{ SERVER_PROCESSES: "2", PORT: String(taken.port), METRICS_PORT: "" },
  });
  expect((await busy.exited)[0]).toBe(1);
  expect(busy.output()).toContain(`port ${taken.port} on 127.0.0.1 is taken`);
});
