import { existsSync } from "node:fs";
import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Child } from "./child.ts";

const MAX_STARTS = 20;

/**
 * Creates an empty data file in one step, so that an interrupted start leaves none.
 * @param start starts the engine on a file that may not exist
 */
export async function createDataFile(
  dataFile: string,
  start: (path: string) => Promise<Pick<Child, "stop">>,
): Promise<void> {
  const unfinished = `${dataFile}.new`;
  // SQLite's write-ahead log, which an orderly stop moves into the file.
  const log = `${unfinished}-wal`;
  for (const path of [unfinished, log, `${unfinished}-shm`]) await rm(path, { force: true });
  for (let starts = 1; starts === 1 || existsSync(log); starts += 1) {
    if (starts > MAX_STARTS) throw new Error(`the DynamoDB engine did not complete ${unfinished}`);
    // The engine answers a moment before it handles signals. One that a signal ends leaves its tables
    // in the log, where the next start finds them.
    await (await start(unfinished)).stop();
  }
  await indexStreamRecords(unfinished);
  // SQLite gives the files that it adds next to this one the same mode.
  await chmod(unfinished, 0o600);
  await rename(unfinished, dataFile);
}

/**
 * Adds an index to a new data file of the engine. To number each stream record, the engine looks for
 * the highest number so far; without this index it reads every record of the table, so that writes
 * become slower with every message (10,000 messages took 255 s, with the index 14 s).
 * @param path a SQLite file that no engine has open
 */
async function indexStreamRecords(path: string): Promise<void> {
  // Loaded here, because a data file is created only once. WebAssembly, so that it runs everywhere.
  const { default: initSqlJs } = await import("sql.js");
  const { Database } = await initSqlJs();
  const database = new Database(await readFile(path));
  try {
    // SQLite uses the index only where the engine's query spells the expression in the same way.
    database.run(
      "CREATE INDEX stream_record_numbers ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
    );
    await writeFile(path, database.export());
  } finally {
    database.close();
  }
}
