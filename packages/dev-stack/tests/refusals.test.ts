import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "@cruddur/engines/child";
import { getFreePort } from "@cruddur/engines/ports";
import { startPostgres } from "@cruddur/engines/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TSX_LOADER } from "../src/server-part.ts";

const START = new URL("../src/bin/start.ts", import.meta.url).pathname;
/** Starts a stack without a build, for errors that occur only once the engines run. */
const STACK = new URL("./start-without-build.ts", import.meta.url).pathname;
/** An address for documentation (RFC 5737), which no machine has. */
const ELSEWHERE = "203.0.113.1";

const busy = createServer();
let taken: number;
let free: number;
let directory: string;
let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-refusals-"));
  await writeFile(join(directory, "file"), "");
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  const address = busy.address();
  taken = typeof address === "object" ? (address?.port ?? 0) : 0;
  free = await getFreePort();
  postgres = await startPostgres();
});
afterAll(async () => {
  busy.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Refusal {
  what: string;
  program: string;
  env: () => NodeJS.ProcessEnv;
  /** The only line of output, after `error: `. */
  says: () => string | RegExp;
}

const refusals: Refusal[] = [
  {
    what: "an invalid port, together with every other invalid variable,",
    program: START,
    env: () => ({ PORT: "abc", CONNECTION_URL: "mysql://x" }),
    says: () =>
      "bad configuration: PORT must be a port, 0 to 65535; CONNECTION_URL must be a postgres:// URL",
  },
  {
    what: "half a user pool",
    program: START,
    env: () => ({ AWS_COGNITO_USER_POOL_ID: "us-east-1_AbC123" }),
    says: () =>
      "bad configuration: AWS_COGNITO_CLIENT_ID and AWS_COGNITO_USER_POOL_ID must be set together",
  },
  {
    what: "a taken port",
    program: START,
    env: () => ({ PORT: `${taken}` }),
    says: () => `port ${taken} is taken: stop what uses it, or set PORT to another one`,
  },
  {
    what: "an address of another machine",
    program: START,
    env: () => ({ HOST: ELSEWHERE, PORT: `${free}` }),
    says: () =>
      `can't listen on ${ELSEWHERE} (EADDRNOTAVAIL): set HOST to an address of this machine`,
  },
  {
    what: "a data directory that cannot be created",
    program: STACK,
    env: () => ({ DATA_DIR: "/proc/cruddur" }),
    says: () => /^can't use the data directory .*: set DATA_DIR to a directory you can read and/,
  },
  {
    what: "a data directory that is a file",
    program: STACK,
    env: () => ({ DATA_DIR: join(directory, "file") }),
    says: () => /^can't use the data directory .*: set DATA_DIR to a directory you can read and/,
  },
  {
    what: "the local user pool in production",
    program: STACK,
    env: () => ({ NODE_ENV: "production" }),
    says: () => /^the local user pool refuses to run/,
  },
  {
    what: "a DynamoDB that does not answer",
    program: STACK,
    env: () => ({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" }),
    says: () => "can't use DynamoDB (connect ECONNREFUSED 127.0.0.1:1): check AWS_ENDPOINT_URL",
  },
  {
    what: "a Postgres that does not answer",
    program: STACK,
    env: () => ({ CONNECTION_URL: "postgres://me:secret@127.0.0.1:1/cruddur" }),
    says: () => "can't use Postgres (connect ECONNREFUSED 127.0.0.1:1): check CONNECTION_URL",
  },
  {
    what: "a Postgres without the database",
    program: STACK,
    env: () => ({ CONNECTION_URL: postgres.connectionUrl.replace(/[^/]*$/, "absent") }),
    says: () => 'can\'t use Postgres (database "absent" does not exist): check CONNECTION_URL',
  },
  {
    what: "an invalid variable that only the server reads",
    program: STACK,
    env: () => ({ LOG_LEVEL: "foo", LIMIT_SENDS: "x" }),
    says: () =>
      /^the server ended at start \(1\): bad configuration: LOG_LEVEL .*"info".*; LIMIT_SENDS must look like 60\/10/,
  },
  {
    what: "a taken metrics port",
    program: STACK,
    env: () => ({ METRICS_PORT: `${taken}` }),
    says: () =>
      `the server ended at start (1): port ${taken} on 127.0.0.1 is taken: set METRICS_PORT to another one`,
  },
  {
    what: "an address of another machine for metrics",
    program: STACK,
    env: () => ({ METRICS_HOST: ELSEWHERE, METRICS_PORT: `${free}` }),
    says: () =>
      `the server ended at start (1): can't listen on ${ELSEWHERE} (EADDRNOTAVAIL): set METRICS_HOST to an address of this machine`,
  },
];

const named = refusals.map((refusal) => [refusal.what, refusal] as const);
test.for(named)(
  "%s ends the start with one line that says what to do, and with exit code 1",
  async ([, refusal]) => {
    const child = await startChild(process.execPath, ["--import", TSX_LOADER, refusal.program], {
      env: {
        ...process.env,
        npm_lifecycle_event: undefined,
        DATA_DIR: join(directory, "data"),
        PORT: "0",
        CONNECTION_URL: postgres.connectionUrl,
        ...refusal.env(),
      },
    });
    const { code } = await child.exited;
    const [line = "", ...more] = child.output().split("\n");
    expect(more).toEqual([]);
    const says = refusal.says();
    expect(line).toMatch(/^error: /);
    if (typeof says === "string") expect(line).toBe(`error: ${says}`);
    else expect(line.replace(/^error: /, "")).toMatch(says);
    expect(code).toBe(1);
  },
);
