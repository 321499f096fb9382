import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@cruddur/command-line/program";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { Member } from "@cruddur/ddb/types";
import { beforeAll, beforeEach, vi } from "vitest";
import { createDdbProgram } from "../../src/ddb/program.ts";
import { useTable } from "./table.ts";

/** Runs `pnpm ddb` for a test file, which gets its own table and data directory, and two new people per test. */
export function useCommands() {
  const table = useTable();
  const users = new Map<string, { uuid: string; handle: string; display_name: string }>();
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "cruddur-ddb-"));
    return () => rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const handle of ["andrewbrown", "bayko"]) {
      users.set(handle, { uuid: randomUUID(), handle, display_name: handle });
    }
  });

  const dataPath = (name: string) => join(dataDir, name);

  const member = (handle: string): Member => {
    const user = users.get(handle);
    if (user === undefined) throw new Error("no such user");
    return { user_uuid: user.uuid, handle, display_name: user.display_name };
  };

  /** The two people's conversation. */
  const group = () =>
    derivePairGroupUuid(member("andrewbrown").user_uuid, member("bayko").user_uuid);

  const conversationFile = async (text: string): Promise<string> => {
    const path = dataPath(`${randomUUID()}.txt`);
    await writeFile(path, text);
    return path;
  };

  /** Runs `pnpm ddb …` in this process. */
  const ddb = async (args: string[], env: Record<string, string> = {}) => {
    let [stdout, stderr] = ["", ""];
    const spies = [
      vi.spyOn(process.stdout, "write").mockImplementation((text) => {
        stdout += text;
        return true;
      }),
      vi.spyOn(process.stderr, "write").mockImplementation((text) => {
        stderr += text;
        return true;
      }),
    ];
    process.exitCode = 0;
    try {
      const program = createDdbProgram({
        env: { AWS_ENDPOINT_URL: table.endpoint, ...env },
        dataDir,
        findUserByHandle: async (handle) => users.get(handle) ?? null,
      });
      await runCli(program, ["node", "ddb", ...args]);
      return { stdout, stderr, exitCode: process.exitCode };
    } finally {
      for (const spy of spies) spy.mockRestore();
      process.exitCode = 0;
    }
  };

  const seed = (path: string) =>
    ddb(["seed", "--conversation", path, "--from", "andrewbrown", "--to", "bayko"]);

  return { table, users, dataPath, member, group, conversationFile, ddb, seed };
}

/** The text of a conversation file in which two people speak in turn. */
export const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `Person ${(i % 2) + 1}: line ${i + 1}`).join("\n");
