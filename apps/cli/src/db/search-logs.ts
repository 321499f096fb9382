import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Counts the lines of a local stack's logs that match. The file of mails is none of them: it stands
 * for the mailboxes of the people who received them.
 * @returns how many files there are, and how many lines of each match
 */
export async function searchLogs(
  dataDir: string,
  matches: (line: string) => boolean,
): Promise<{ files: number; found: Map<string, number> }> {
  const directory = join(dataDir, "logs");
  const files = await readdir(directory).catch(() => []);
  const found = new Map<string, number>();
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(join(directory, file)) })) {
      if (matches(line)) found.set(file, (found.get(file) ?? 0) + 1);
    }
  }
  return { files: files.length, found };
}
