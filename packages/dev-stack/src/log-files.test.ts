import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLogFiles } from "./log-files.ts";

test("a log file is appended to by the next run, and renamed once it is large", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-log-files-"));
  const read = (name: string) => readFile(join(dataDir, "logs", name), "utf8");
  const log = async (...lines: string[]) => {
    const logs = await openLogFiles(dataDir);
    for (const line of lines) logs.open("server-2")(line);
    await logs.close();
  };
  try {
    await log("first");
    await log("second", "third");
    expect(await read("server-2.log")).toBe("first\nsecond\nthird\n");
    await writeFile(join(dataDir, "logs", "server-2.log"), "x".repeat(10_000_001));
    await log("fourth");
    expect(await read("server-2.log")).toBe("fourth\n");
    expect(await read("server-2.log.1")).toHaveLength(10_000_001);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
