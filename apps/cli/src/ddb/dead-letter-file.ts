import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { parseDeadLetter } from "@cruddur/ddb/dead-letters";
import type { ReplayBody, ReplayResult, ReplayWatcher } from "./replay-body.ts";

/**
 * Replays the dead letters of a file, one JSON line each, and leaves in the file those that failed.
 * The file is moved aside first, so that dead letters which arrive meanwhile are kept. A replay that
 * was interrupted is resumed.
 */
export async function replayFile(
  path: string,
  replay: ReplayBody,
  watcher: ReplayWatcher = {},
): Promise<ReplayResult> {
  const taken = `${path}.replaying`;
  const unfinished = await readFile(taken, "utf8").catch(() => "");
  const arrived = await rename(path, `${path}.arrived`).then(
    () => readFile(`${path}.arrived`, "utf8"),
    () => readFile(`${path}.arrived`, "utf8").catch(() => ""),
  );
  await writeFile(taken, unfinished + arrived, { flush: true });
  await rm(`${path}.arrived`, { force: true });

  const result: ReplayResult = { replayed: 0, kept: [] };
  const keptLines: string[] = [];
  const lines = (unfinished + arrived).split("\n").filter((text) => text !== "");
  watcher.onTotal?.(lines.length);
  for (const line of lines) {
    const problem = await replay(line);
    watcher.onDeadLetter?.();
    if (problem === null) result.replayed += 1;
    else {
      keptLines.push(`${line}\n`);
      result.kept.push({ deadLetter: parseDeadLetter(line), problem });
    }
  }
  if (keptLines.length > 0) await writeFile(path, keptLines.join(""), { flag: "a", flush: true });
  await rm(taken, { force: true });
  return result;
}
