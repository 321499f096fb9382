import { constants } from "node:fs";
import {
  access,
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CliError } from "@cruddur/command-line/cli-error";
import { readJsonFile } from "@cruddur/engines/json-file";
import { processIdentity, waitUntilGone } from "@cruddur/engines/processes";
import { z } from "zod";

const processSchema = z.object({ name: z.string(), pid: z.number(), identity: z.string() });
const lockSchema = z.object({
  owner: processSchema,
  /** The processes that the owner started, which outlive it if only the owner is killed. */
  children: z.array(processSchema),
});
type Lock = z.infer<typeof lockSchema>;

export interface DataDirLock {
  /** Records a child in place of an earlier one with the same name. */
  record(name: string, pid: number): Promise<void>;
  release(): Promise<void>;
}

/** Creates the directory if needed. Throws a CliError that says what to do if it is not usable. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await makeDirectory(resolve(dataDir));
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    await closeToOthers(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `can't use the data directory ${dataDir} (${code}): set DATA_DIR to a directory you can read and write`,
    );
  }
}

/** What the stack keeps in its data directory, which may be one that others can read. */
const PRIVATE = /^(dynamodb\.sqlite.*|postgres|user-pool|logs|.*\.json|.*\.jsonl|stack\.lock)$/;

/** Takes every right of others on what an earlier version, or another umask, left there. */
async function closeToOthers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const file = join(dataDir, name);
    const { mode } = await lstat(file);
    if (PRIVATE.test(name) && (mode & 0o077) !== 0) await chmod(file, mode & 0o700);
  }
}

/** Replaces the `recursive` of Node, which never returns if a parent answers ENOENT, as /proc does. */
async function makeDirectory(path: string): Promise<void> {
  const exists = (folder: string) =>
    access(folder).then(
      () => true,
      () => false,
    );
  if (await exists(path)) return;
  if (!(await exists(dirname(path)))) await makeDirectory(dirname(path));
  await mkdir(path, { mode: 0o700 });
}

/**
 * Makes this process the only user of the directory. If the last user was killed, first ends those
 * of its children that still run; a pid that now belongs to another program is left alone.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const file = join(dataDir, "stack.lock");
  const identity = (await processIdentity(process.pid)) ?? "";
  const lock: Lock = { owner: { name: "stack", pid: process.pid, identity }, children: [] };
  const draft = `${file}.${process.pid}`;
  for (;;) {
    await writeFile(draft, JSON.stringify(lock), { mode: 0o600 });
    try {
      // A link makes the lock appear together with its content.
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

/** Removes the lock of a dead owner and ends its children. Throws a CliError if the owner is alive. */
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
  // For Postgres, SIGINT means a fast shutdown. The other programs treat it like SIGTERM.
  process.kill(child.pid, "SIGINT");
  if (await waitUntilGone(child.pid, 10_000)) return;
  if (await isSameProcess(child)) process.kill(child.pid, "SIGKILL");
  await waitUntilGone(child.pid, 5_000);
}
