import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { listTableNames } from "@cruddur/ddb/manage-tables";
import { startUserPool } from "@cruddur/engines/user-pool";
import { expect, test } from "vitest";
import { KNOWN_DEMO_PASSWORD, readStackConfig } from "../src/config.ts";
import { closeKnownAccounts } from "../src/demo/seed-demo.ts";
import { startStack } from "../src/stack.ts";

test.each([
  [{}, KNOWN_DEMO_PASSWORD],
  [{ HOST: "localhost" }, KNOWN_DEMO_PASSWORD],
  [{ HOST: "::1" }, KNOWN_DEMO_PASSWORD],
  [{ HOST: "0.0.0.0" }, ""],
  [{ HOST: "::" }, ""],
  [{ HOST: "192.168.0.7" }, ""],
  [{ HOST: "127.0.0.1.example.com" }, ""],
  [{ HOST: "0.0.0.0", DEMO_PASSWORD: "a password of one's own" }, "a password of one's own"],
])("the published password exists only where no other machine can connect: %j", (env, password) => {
  expect(readStackConfig(env).DEMO_PASSWORD).toBe(password);
});

test("the published password of an earlier start ends when other machines can connect", async () => {
  await using pool = await startUserPool();
  const [known, own] = DEMO_PEOPLE.map((person) => ({ ...person, password: KNOWN_DEMO_PASSWORD }));
  if (known === undefined || own === undefined) throw new Error("there are too few demo people");
  await pool.ensureUser(known);
  await pool.ensureUser({ ...own, password: "a password of one's own" });
  await closeKnownAccounts(pool);
  expect(await pool.removePassword(known.handle, KNOWN_DEMO_PASSWORD)).toBe(false);
  expect(await pool.removePassword(own.handle, "a password of one's own")).toBe(true);
});

test("nobody else can read what the stack keeps, even in a directory that everybody can", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-closed-"));
  try {
    await chmod(dataDir, 0o755);
    await mkdir(join(dataDir, "user-pool"), { mode: 0o755 });
    await writeFile(join(dataDir, "settings.json"), "{}", { mode: 0o644 });
    await writeFile(join(dataDir, "notes.txt"), "not ours", { mode: 0o644 });
    await using stack = await startStack({ dataDir, server: false });
    const modes = await Promise.all(
      (await readdir(dataDir)).map(async (name) => {
        const { mode } = await stat(join(dataDir, name));
        return [name, mode & 0o077] as const;
      }),
    );
    expect(modes.map(([name]) => name)).toEqual(
      expect.arrayContaining(["stack.json", "dynamodb.sqlite", "user-pool", "postgres", "logs"]),
    );
    for (const [name, forOthers] of modes) {
      expect([name, forOthers]).toEqual([name, name === "notes.txt" ? 0o044 : 0]);
    }
    const tablesOf = async (credentials: ReturnType<typeof credentialsFrom>) => {
      const endpoint = stack.endpoints.AWS_ENDPOINT_URL;
      const client = createDynamoDbClient({ endpoint, credentials });
      return listTableNames(client).finally(() => client.destroy());
    };
    expect(await tablesOf(credentialsFrom(stack.endpoints))).toHaveLength(1);
    await expect(tablesOf(undefined)).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 120_000);
