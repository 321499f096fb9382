import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { getFreePort, isPortFree } from "@cruddur/engines/ports";
import { z } from "zod";
import { readJsonFile, writeAtomically } from "./json-file.ts";

const settingsSchema = z.object({
  cursorSecret: z.string(),
  ports: z.object({ dynamodb: z.number(), postgres: z.number(), userPool: z.number() }),
});
export type Settings = z.infer<typeof settingsSchema>;

/**
 * What a stack keeps from one run to the next: the secret of its cursors, and its engines' ports
 * while they are free, since a token names its issuer's.
 */
export async function readSettings(dataDir: string): Promise<Settings> {
  const file = join(dataDir, "settings.json");
  const saved = await readJsonFile(file, settingsSchema);
  const portOf = async (known: number | undefined) =>
    known !== undefined && (await isPortFree(known)) ? known : getFreePort();
  const settings = {
    cursorSecret: saved?.cursorSecret ?? randomBytes(32).toString("hex"),
    ports: {
      dynamodb: await portOf(saved?.ports.dynamodb),
      postgres: await portOf(saved?.ports.postgres),
      userPool: await portOf(saved?.ports.userPool),
    },
  };
  await writeAtomically(file, JSON.stringify(settings));
  return settings;
}

export interface LogFiles {
  /** A sink of lines for `<dataDir>/logs/<name>.log`. */
  open(name: string): (line: string) => void;
  close(): Promise<void>;
}

const LOG_MAX_BYTES = 10_000_000;

/** One log per part; one that has grown large is set aside, in place of the last such. */
export async function openLogFiles(dataDir: string): Promise<LogFiles> {
  const directory = join(dataDir, "logs");
  await mkdir(directory, { recursive: true });
  const streams = new Map<string, ReturnType<typeof createWriteStream>>();
  for (const name of ["dynamodb", "postgres", "stream-worker", "server", "web"]) {
    const file = join(directory, `${name}.log`);
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > LOG_MAX_BYTES) await rename(file, `${file}.1`);
  }
  return {
    open(name) {
      const stream =
        streams.get(name) ??
        createWriteStream(join(directory, `${name}.log`), { flags: "a", mode: 0o600 });
      streams.set(name, stream);
      return (line) => stream.write(`${line}\n`);
    },
    async close() {
      await Promise.all(
        [...streams.values()].map(
          (stream) => new Promise<void>((done) => stream.end(() => done())),
        ),
      );
    },
  };
}
