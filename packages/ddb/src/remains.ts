import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { scanItems } from "./manage-tables.ts";

interface ScannedTable {
  client: DynamoDBClient;
  tableName: string;
}

const KINDS: Readonly<Record<string, string>> = {
  GRP: "membership",
  MSG: "message",
  CLM: "send claim",
  HID: "hidden message",
  BLK: "block",
  FRM: "former membership",
  PNS: "list of pins",
};
/** What people chose as the name of a group belongs to the group. */
const GROUP_NAMES: ReadonlySet<string> = new Set(["group_name"]);

/** The texts that a person has written. It reads the whole table. */
export async function* scanTextsOf(table: ScannedTable, user_uuid: string): AsyncGenerator<string> {
  for await (const item of scanItems(table)) {
    if (kindOf(item) !== "message" || item.user_uuid !== user_uuid) continue;
    if (item.system_kind === undefined && typeof item.message === "string") yield item.message;
  }
}

/**
 * Looks through the whole table for what is left of a person who was erased: items of theirs, and
 * their words and names anywhere but in what others wrote.
 * @param isTheirs whether a string is a name of the person, or begins like something they wrote
 * @param onItem called for every item
 * @returns how many items of each kind hold something
 */
export async function scanForRemains(
  table: ScannedTable,
  person: { user_uuid: string; isTheirs: (value: string) => boolean },
  onItem: () => void,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const item of scanItems(table)) {
    onItem();
    const kind = kindOf(item);
    const isOwn = isKeyOf(item, person.user_uuid);
    if (isOwn || wordsIn(item, kind, person.user_uuid).some(person.isTheirs)) {
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
  }
  return found;
}

function kindOf({ pk }: Record<string, unknown>): string {
  return KINDS[String(pk).slice(0, 3)] ?? "item of an unknown kind";
}

function isKeyOf({ pk, sk }: Record<string, unknown>, user_uuid: string): boolean {
  return String(pk).endsWith(`#${user_uuid}`) || String(sk).endsWith(`~${user_uuid}`);
}

function wordsIn(item: Record<string, unknown>, kind: string, user_uuid: string): string[] {
  const author = kind === "message" ? item.user_uuid : item.sender_uuid;
  const isGroupName = item.system_kind !== undefined || item.last_kind !== undefined;
  const isOthers = author !== user_uuid || isGroupName;
  return Object.entries(item).flatMap(([name, value]) => {
    if (typeof value !== "string" || value === "" || GROUP_NAMES.has(name)) return [];
    return name === "message" && isOthers ? [] : [value];
  });
}
