import { createReadStream, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";

/**
 * Counts the lines of a local stack's logs and dead letters that match. The file of mails is not
 * searched: it stands for the mailboxes of the people who received them.
 * @returns how many files there are, and how many lines of each match
 */
export async function searchLogs(
  dataDir: string,
  matches: (line: string) => boolean,
): Promise<{ files: number; found: Map<string, number> }> {
  const directory = join(dataDir, "logs");
  const logs = await readdir(directory).catch(() => []);
  const files = logs.map((name) => join(directory, name));
  const deadLetters = join(dataDir, DEAD_LETTERS_FILE);
  if (existsSync(deadLetters)) files.push(deadLetters);
  const found = new Map<string, number>();
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const name = basename(file);
      if (matches(line)) found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
  return { files: files.length, found };
}
