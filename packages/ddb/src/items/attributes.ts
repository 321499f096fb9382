import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item as DynamoDB holds it. */
export type Item = Record<string, AttributeValue>;

/** A stored item that lacks an attribute that every item of its kind has. Names the attribute, never its value. */
export class CorruptItemError extends Error {
  override readonly name = "CorruptItemError";
}

/** An item that can't be read: where it is and what is wrong, never what it holds. */
export interface CorruptItem {
  pk: string;
  sk: string;
  problem: string;
}

type TypeOf<Value> = Value extends string
  ? "S"
  : Value extends number
    ? "N"
    : Value extends readonly string[]
      ? "L" | "SS"
      : "BOOL";

/** How one field of a type is stored. */
interface Attribute<Value> {
  /** Name of the attribute, where it isn't the field's. */
  name?: string;
  type: TypeOf<Value>;
  /** One sentence for the table in ARCHITECTURE.md. */
  holds: string;
}

type AnyAttribute = Pick<Attribute<unknown>, "name" | "holds"> & {
  type: "S" | "N" | "BOOL" | "L" | "SS";
  optional?: boolean;
};

/** One attribute for each field; a field that may be undefined is an attribute that may be absent. */
type Attributes<Fields> = {
  readonly [Field in keyof Fields]-?: Attribute<Exclude<Fields[Field], undefined>> &
    (undefined extends Fields[Field] ? { optional: true } : { optional?: false });
};

/** The attributes of one kind of item, and the two conversions made from them. */
export interface ItemAttributes<Fields> {
  /** Attributes of the fields that are set. */
  write(fields: Fields): Item;
  /**
   * An optional attribute that is absent or of another type is left out. Throws CorruptItemError
   * for a required one.
   */
  read(item: Item): Fields;
  documentation: readonly { name: string; type: string; optional: boolean; holds: string }[];
}

/**
 * Declares every attribute of one kind of item, once. Nothing but this package writes the table,
 * so reading checks types and no more: lists are read on every page view.
 */
export function defineAttributes<Fields extends object>(
  attributes: Attributes<Fields>,
): ItemAttributes<Fields> {
  const declared = attributes as unknown as Record<string, AnyAttribute>;
  const columns = Object.entries(declared).map(
    ([field, { name = field, type, holds, optional = false }]) => {
      return { field, name, type, optional, holds };
    },
  );
  return {
    write(fields) {
      const item: Item = {};
      for (const { field, name, type } of columns) {
        const value = (fields as Record<string, unknown>)[field];
        if (value === undefined) continue;
        item[name] = { [type]: toWire(type, value) } as unknown as AttributeValue;
      }
      return item;
    },
    read(item) {
      const fields: Record<string, unknown> = {};
      for (const { field, name, type, optional } of columns) {
        const value = item[name]?.[type];
        if (value !== undefined) fields[field] = fromWire(type, value);
        else if (!optional) throw new CorruptItemError(`an item has no ${name}`);
      }
      return fields as Fields;
    },
    documentation: columns,
  };
}

/** Numbers are strings on the wire, and the strings of a list are attribute values. */
function toWire(type: AnyAttribute["type"], value: unknown): unknown {
  if (type === "N") return String(value);
  return type === "L" ? (value as string[]).map((S) => ({ S })) : value;
}

function fromWire(type: AnyAttribute["type"], value: unknown): unknown {
  if (type === "N") return Number(value);
  return type === "L" ? (value as AttributeValue[]).map(({ S = "" }) => S) : value;
}

/** Part of an item's key. Throws CorruptItemError. */
export function keyOf(item: Item, name: "pk" | "sk"): string {
  const value = item[name]?.S;
  if (value === undefined) throw new CorruptItemError(`an item has no ${name}`);
  return value;
}
