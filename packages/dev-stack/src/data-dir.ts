import { constants } from "node:fs";
import { access, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CliError } from "@cruddur/command-line/cli-error";
import { processIdentity, waitUntilGone } from "@cruddur/engines/processes";
import { z } from "zod";
import { readJsonFile } from "./json-file.ts";

const processSchema = z.object({ name: z.string(), pid: z.number(), identity: z.string() });
const lockSchema = z.object({
  owner: processSchema,
  /** Its children: what to end when the owner was killed and they weren't. */
  children: z.array(processSchema),
});
type Lock = z.infer<typeof lockSchema>;

export interface DataDirLock {
  /** Remembers a child, in place of an earlier one of that name. */
  record(name: string, pid: number): Promise<void>;
  release(): Promise<void>;
}

/** Makes the directory usable, or throws CliError that says what to do. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await makeDirectory(resolve(dataDir));
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `can't use the data directory ${dataDir} (${code}): set DATA_DIR to a directory you can read and write`,
    );
  }
}

/** Not Node's own `recursive`, which never returns where a parent refuses with ENOENT (as /proc does). */
async function makeDirectory(path: string): Promise<void> {
  const isThere = (folder: string) =>
    access(folder).then(
      () => true,
      () => false,
    );
  if (await isThere(path)) return;
  if (!(await isThere(dirname(path)))) await makeDirectory(dirname(path));
  await mkdir(path, { mode: 0o700 });
}

/**
 * Makes this process the directory's only user. After a `kill -9` of the last one, its children
 * that still run are ended first; a pid that by now is another program's is left alone.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const file = join(dataDir, "stack.lock");
  const identity = (await processIdentity(process.pid)) ?? "";
  const lock: Lock = { owner: { name: "stack", pid: process.pid, identity }, children: [] };
  const draft = `${file}.${process.pid}`;
  for (;;) {
    await writeFile(draft, JSON.stringify(lock), { mode: 0o600 });
    try {
      // A link, so that the lock appears with its content or not at all.
      await link(draft, file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await takeOver(dataDir, file);
  }
  let writing = Promise.resolve();
  return {
    async record(name, pid) {
      const child = { name, pid, identity: (await processIdentity(pid)) ?? "" };
      lock.children = [...lock.children.filter((other) => other.name !== name), child];
      writing = writing.then(async () => {
        await writeFile(draft, JSON.stringify(lock), { mode: 0o600 });
        await rename(draft, file);
      });
      await writing;
    },
    async release() {
      await writing;
      await rm(file, { force: true });
    },
  };
}

/** Removes a dead owner's lock with what it left running. Throws CliError while the owner lives. */
async function takeOver(dataDir: string, file: string): Promise<void> {
  const old = await readJsonFile(file, lockSchema);
  if (old !== undefined) {
    if (await isSameProcess(old.owner)) {
      throw new CliError(
        `already running on ${dataDir} (pid ${old.owner.pid}): stop it, or set DATA_DIR and PORT to run another`,
      );
    }
    await Promise.all(old.children.map(endChild));
  }
  await rm(file, { force: true });
}

async function isSameProcess({ pid, identity }: z.infer<typeof processSchema>): Promise<boolean> {
  return identity !== "" && (await processIdentity(pid)) === identity;
}

async function endChild(child: z.infer<typeof processSchema>): Promise<void> {
  if (!(await isSameProcess(child))) return;
  // To Postgres SIGINT means a fast shutdown; the others treat it like SIGTERM.
  process.kill(child.pid, "SIGINT");
  if (await waitUntilGone(child.pid, 10_000)) return;
  if (await isSameProcess(child)) process.kill(child.pid, "SIGKILL");
  await waitUntilGone(child.pid, 5_000);
}
