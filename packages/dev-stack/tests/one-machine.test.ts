import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "@cruddur/engines/child";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { getFreePort } from "@cruddur/engines/ports";
import { startPostgres } from "@cruddur/engines/postgres";
import { expect, test } from "vitest";
import { REPOSITORY } from "../src/server-part.ts";

/** The command of the image that compose.yaml runs. */
async function readCommand(): Promise<string[]> {
  const dockerfile = await readFile(join(REPOSITORY, "Dockerfile"), "utf8");
  const [, stage = ""] = /^FROM \S+ AS one-machine$([\s\S]*?)^FROM /m.exec(dockerfile) ?? [];
  const [, command = "[]"] = /^CMD (.+)$/m.exec(stage) ?? [];
  return JSON.parse(command);
}

test("the command of the one-machine image runs the product on given engines, without pnpm", async () => {
  const [program = "", ...args] = await readCommand();
  expect(program).toBe("node");
  const home = await mkdtemp(join(tmpdir(), "cruddur-one-machine-"));
  await using dynamoDb = await startDynamoDb();
  await using postgres = await startPostgres();
  const port = await getFreePort();
  try {
    // Like the image's PATH, this one has node and no package manager.
    await symlink(process.execPath, join(home, "node"));
    await using app = await startChild(join(home, program), args, {
      cwd: REPOSITORY,
      // The variables that compose.yaml sets, including the empty ones.
      env: {
        PATH: home,
        HOST: "0.0.0.0",
        PORT: `${port}`,
        DATA_DIR: join(home, "data"),
        AWS_ENDPOINT_URL: dynamoDb.endpoint,
        CONNECTION_URL: postgres.connectionUrl,
        AWS_COGNITO_USER_POOL_ID: "",
        AWS_COGNITO_CLIENT_ID: "",
        WEB_ORIGIN: `http://localhost:${port}`,
        DEMO_PASSWORD: "",
      },
    });
    await expect
      .poll(() => app.output(), { timeout: 50_000 })
      .toContain("Cruddur Messages is ready");
    expect(app.output()).not.toContain("Building");
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: "ok" });
    expect(await (await fetch(url)).text()).toContain('<div id="root">');
    // Others can connect, and nobody chose a password: nobody can sign in with the published one.
    expect(app.output()).not.toContain("Sign in as");
    const signIn = await fetch(`${url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ handle: "andrewbrown", password: "crudders-unite" }),
    });
    expect(signIn.status).toBe(401);
    await app.stop("SIGTERM", 20_000);
    expect(app.exit()).toEqual({ code: 0, signal: null });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}, 120_000);
