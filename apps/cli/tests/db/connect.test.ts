import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../support.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-psql-"));
  // Stands in for psql, which not every machine has: it prints what it was given.
  const script =
    '#!/bin/sh\necho "$@"\necho "password: $PGPASSWORD"\nread line\necho "read: $line"\n';
  await writeFile(join(directory, "psql"), `${script}exit "$STATUS"\n`);
  await chmod(join(directory, "psql"), 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const connect = (env: Record<string, string>) =>
  runProgram(
    "db",
    ["connect"],
    { CONNECTION_URL: "postgres://me:a%40b@db.example.com/cruddur", ...env },
    "select 1;\n",
  );

test("psql gets the database as its argument and the password where no other user can see it", async () => {
  expect(await connect({ PATH: `${directory}:${process.env.PATH}`, STATUS: "0" })).toEqual({
    exitCode: 0,
    stdout: "postgres://me@db.example.com/cruddur\npassword: a@b\nread: select 1;",
    stderr: "",
  });
});

test("a psql that fails or is not installed is reported in one line", async () => {
  expect(await connect({ PATH: `${directory}:${process.env.PATH}`, STATUS: "2" })).toMatchObject({
    exitCode: 1,
    stderr: "error: psql ended with code 2",
  });
  expect(await connect({ PATH: "/nonexistent" })).toMatchObject({
    exitCode: 1,
    stderr: "error: psql isn't installed: install the PostgreSQL client to use this command",
  });
});
