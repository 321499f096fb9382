import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "./access-pattern.ts";
import { backOff, callTable, isConditionFailure, unavailable } from "./retries.ts";

const ATTEMPTS = 10;

/** Writes all items or none. @returns false when a condition failed. Throws AppError `unavailable`. */
export async function writeTransaction(
  { client }: Pick<Table, "client">,
  TransactItems: TransactWriteItem[],
): Promise<boolean> {
  try {
    await callTable(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
    return true;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return false;
  }
}

/**
 * Writes a transaction that depends on what was read before it, and plans it again from new reads
 * when a condition failed, up to ten times. A plan without writes is done. Throws AppError
 * `unavailable`, and what `plan` throws.
 */
export async function planAndWrite(
  table: Pick<Table, "client">,
  plan: () => Promise<TransactWriteItem[]>,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const writes = await plan();
    if (writes.length === 0 || (await writeTransaction(table, writes))) return;
    await backOff(attempt);
  }
  throw unavailable();
}
