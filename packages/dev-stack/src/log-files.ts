import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

export interface LogFiles {
  /** Returns a function that appends a line to `<dataDir>/logs/<name>.log`. */
  open(name: string): (line: string) => void;
  close(): Promise<void>;
}

const LOG_MAX_BYTES = 10_000_000;

/** One log file for each part. A large file is renamed at the start, and replaces the last such one. */
export async function openLogFiles(dataDir: string): Promise<LogFiles> {
  const directory = join(dataDir, "logs");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const streams = new Map<string, WriteStream>();
  const start = (name: string): WriteStream => {
    const file = join(directory, `${name}.log`);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_MAX_BYTES) renameSync(file, `${file}.1`);
    const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
    streams.set(name, stream);
    return stream;
  };
  return {
    open(name) {
      const stream = streams.get(name) ?? start(name);
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
