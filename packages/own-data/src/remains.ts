import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Db } from "@cruddur/db/client";
import { listNamesOf, OPENING_CHARS, searchRows } from "@cruddur/db/remains";
import { scanForRemains, scanTextsOf } from "@cruddur/ddb/remains";

/** By what a person is recognised: their names in lower case, and how each of their texts begins. */
export interface Traces {
  user_uuid: string;
  names: ReadonlySet<string>;
  openings: ReadonlySet<string>;
}

interface Stores {
  table: { client: DynamoDBClient; tableName: string };
  db: Db;
}

/** What was searched, and where something was found, with how often. Never what was found. */
export interface Remains {
  items: number;
  rows: number;
  found: ReadonlyMap<string, number>;
}

/** Shorter texts, such as a greeting, are also what others write. */
const TEXT_MIN_CHARS = 12;

/**
 * Reads, before an erasure, by what its person can be recognised afterwards. Reads the whole table
 * and keeps the first characters of each text. Throws what its parts throw.
 */
export async function collectTraces({ table, db }: Stores, user_uuid: string): Promise<Traces> {
  const names = new Set(await listNamesOf(db, user_uuid));
  const openings = new Set<string>();
  for await (const text of scanTextsOf(table, user_uuid)) {
    const opening = openingOf(text);
    if (opening.length >= TEXT_MIN_CHARS) openings.add(opening);
  }
  return { user_uuid, names, openings };
}

/** Searches the whole table, and every column of Postgres that holds texts or uuids. Throws what its parts throw. */
export async function findRemains(
  { table, db }: Stores,
  { user_uuid, names, openings }: Traces,
): Promise<Remains> {
  let items = 0;
  const isTheirs = (value: string) =>
    names.has(value.toLowerCase()) || openings.has(openingOf(value));
  const inTable = await scanForRemains(table, { user_uuid, isTheirs }, () => {
    items += 1;
  });
  const person = { user_uuid, names: [...names], openings: [...openings] };
  const inPostgres = await searchRows(db, person);
  return { items, rows: inPostgres.rows, found: new Map([...inTable, ...inPostgres.found]) };
}

/** Searches one line of a log at a time, in which a text is a part, and perhaps JSON. */
export function createLineSearch({ names, openings }: Traces): (line: string) => boolean {
  const escaped = [...names].map((name) => name.replace(/[^\p{L}\p{N}]/gu, "\\$&"));
  const aName = new RegExp(`(?<![\\w.-])(?:${escaped.join("|")})(?![\\w-])`, "i");
  const starts = new Set(
    [...openings].map((opening) => JSON.stringify(opening).slice(1, 1 + TEXT_MIN_CHARS)),
  );
  return (line) => {
    if (escaped.length > 0 && aName.test(line)) return true;
    for (let start = 0; start + TEXT_MIN_CHARS <= line.length; start += 1) {
      if (starts.has(line.slice(start, start + TEXT_MIN_CHARS))) return true;
    }
    return false;
  };
}

function openingOf(text: string): string {
  return [...text.slice(0, 2 * OPENING_CHARS)].slice(0, OPENING_CHARS).join("");
}
