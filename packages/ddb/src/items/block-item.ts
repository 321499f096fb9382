import * as keys from "../keys.ts";
import { defineAttributes, type Item, keyOf } from "./attributes.ts";

/** One person has blocked another. */
export interface Block {
  blocker_uuid: string;
  blocked_uuid: string;
}

export const blockAttributes = defineAttributes<{ blocked_at: string }>({
  blocked_at: { type: "S", holds: "When the block was made." },
});

/** The block, and its copy with the person who is blocked, so that one Query finds both directions. */
export function toBlockItems(block: Block, blocked_at: string): [Item, Item] {
  const attributes = blockAttributes.write({ blocked_at });
  return [
    { ...blockKey(block), ...attributes },
    { ...blockedByKey(block), ...attributes },
  ];
}

export function blockKey({ blocker_uuid, blocked_uuid }: Block): Item {
  return { pk: { S: keys.blockPk(blocker_uuid) }, sk: { S: keys.blockSk(blocked_uuid) } };
}

export function blockedByKey({ blocker_uuid, blocked_uuid }: Block): Item {
  return { pk: { S: keys.blockPk(blocked_uuid) }, sk: { S: keys.blockedBySk(blocker_uuid) } };
}

/** The other person of a block, in either direction. Throws CorruptItemError or KeyError. */
export function fromBlockItem(item: Item): string {
  return keys.parseBlockSk(keyOf(item, "sk"));
}

/** True for a block that the partition's person has made, false for one that they have received. */
export function isMadeBlock(item: Item): boolean {
  return !keys.isReceivedBlockSk(keyOf(item, "sk"));
}
