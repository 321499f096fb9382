import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { note } from "@cruddur/command-line/output";
import type { Db } from "@cruddur/db/client";
import {
  collectTraces,
  createLineSearch,
  findRemains,
  type Remains,
  type Traces,
} from "@cruddur/own-data/remains";
import { count } from "../count.ts";
import type { TableTarget } from "../ddb/table-target.ts";
import { searchLogs } from "./search-logs.ts";

/** The previews of others are updated by the stream, which may be a moment behind. */
const SEARCHES = 4;
const PAUSE_MS = 1_000;

export interface ErasureCheck {
  /** How much was searched. */
  items: number;
  rows: number;
  log_files: number;
  /** How often something was found, by the kind of item, the table of Postgres, or the log file. */
  left: Record<string, number>;
}

/**
 * Prepares the check of an erasure before it begins: afterwards nobody knows what to search for.
 * @param dataDir of a local stack, whose logs are searched, too; null in production
 */
export async function prepareCheck(
  stores: { table: TableTarget; db: Db },
  user_uuid: string,
  dataDir: string | null,
): Promise<() => Promise<ErasureCheck>> {
  note("reading what the person wrote and is called");
  const traces = await collectTraces(stores, user_uuid);
  return async () => {
    note("searching for what is left");
    const { items, rows, found } = await searchStores(stores, traces);
    const logs = dataDir === null ? null : await searchLogs(dataDir, createLineSearch(traces));
    const left = Object.fromEntries([...found, ...(logs?.found ?? [])]);
    return { items, rows, log_files: logs?.files ?? 0, left };
  };
}

async function searchStores(
  stores: { table: TableTarget; db: Db },
  traces: Traces,
): Promise<Remains> {
  for (let search = 1; ; search += 1) {
    const remains = await findRemains(stores, traces);
    if (!remains.found.has("membership") || search === SEARCHES) return remains;
    await sleep(PAUSE_MS);
  }
}

/** A check in words, which name places and never what is there. Throws CliError where something is left. */
export function describeCheck({ items, rows, log_files, left }: ErasureCheck): string {
  const searched = `${count(items, "item")}, ${count(rows, "row")} and ${count(log_files, "log file")}`;
  const places = Object.entries(left).map(([place, times]) => `${place}: ${times}`);
  if (places.length === 0) return `nothing of them is left in ${searched}`;
  throw new CliError(`of ${searched}, something of them is left in ${places.join(", ")}`);
}
