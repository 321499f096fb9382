import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import initSqlJs from "sql.js";
import { expect, test } from "vitest";
import { startDynamoDb } from "../src/dynamodb.ts";
import { createDataFile } from "../src/dynamodb-file.ts";
import { dynamoDbProgram } from "../src/dynamodb-program.ts";

test("a new data file has the index that keeps writes fast, and the engine's query can use it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cruddur-data-file-"));
  try {
    const dataFile = join(directory, "tables.sqlite");
    await (await startDynamoDb({ dataFile })).stop();
    expect(await readdir(directory)).toEqual(["tables.sqlite"]);
    const { Database } = await initSqlJs();
    const database = new Database(await readFile(dataFile));
    const [found] = database.exec(
      "select sql from sqlite_master where name = 'stream_record_numbers'",
    );
    database.close();
    expect(String(found?.values[0]?.[0])).toContain("CAST(sequence_number AS INTEGER)");
    // A version of the engine with another query needs another index.
    const program = await readFile(await dynamoDbProgram(), "latin1");
    expect(program).toContain(
      "MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name",
    );
    // A file that exists is left as it is.
    await using again = await startDynamoDb({ dataFile });
    expect(again.endpoint).toMatch(/^http:/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("a data file is complete, even when the engine that creates it is ended before it handles signals", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cruddur-data-file-"));
  try {
    const dataFile = join(directory, "tables.sqlite");
    let starts = 0;
    await createDataFile(dataFile, async (path) => {
      starts += 1;
      // The engine creates its tables in an empty file.
      if (starts === 1) await writeFile(path, "");
      const engine = await startDynamoDb({ dataFile: path });
      return { stop: starts === 1 ? engine.kill : engine.stop };
    });
    expect(starts).toBe(2);
    expect(await readdir(directory)).toEqual(["tables.sqlite"]);
    const { Database } = await initSqlJs();
    const database = new Database(await readFile(dataFile));
    const [found] = database.exec(
      "select count(*) from sqlite_master where tbl_name = '_stream_records'",
    );
    database.close();
    expect(Number(found?.values[0]?.[0])).toBeGreaterThan(1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
