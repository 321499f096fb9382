import type { MessagesTableClient } from "./client.ts";
import type { CorruptItem } from "./items/attributes.ts";
import type { INBOX_INDEX, MESSAGE_GROUP_INDEX } from "./table.ts";

/** What every access pattern is given. */
export interface Table {
  client: MessagesTableClient;
  tableName: string;
  /** Called for each item that a list had to leave out because it can't be read. */
  onCorruptItem?: ((item: CorruptItem) => void) | undefined;
}

/** What an action is done to: the table itself or one of its indexes. */
export type Resource = "table" | typeof INBOX_INDEX | typeof MESSAGE_GROUP_INDEX;

/** IAM actions without their `dynamodb:`. A transaction needs the actions of the writes it is made of. */
export type Action =
  | "BatchGetItem"
  | "ConditionCheckItem"
  | "DeleteItem"
  | "GetItem"
  | "PutItem"
  | "Query"
  | "Scan"
  | "UpdateItem";

/** One question to the table, as documented in ARCHITECTURE.md and allowed by the roles in infra. */
export interface AccessPatternDescription {
  question: string;
  /** The keys that are read or written, or the condition of the Query. */
  key: string;
  order?: string;
  /** In read units (RU) or write units (WU), for items under 1 KB; n is the number of members. */
  cost: string;
  /** What the function itself does, without what the patterns in `uses` do. */
  actions: Partial<Record<Resource, readonly Action[]>>;
  /** Patterns that this one calls, by their names. */
  uses?: AccessPatterns;
}

/** A function on the table that carries its own description. */
export type AccessPattern<Input extends unknown[] = never[], Output = unknown> = ((
  table: never,
  ...input: Input
) => Promise<Output>) & { readonly accessPattern: AccessPatternDescription };

export type AccessPatterns = Readonly<Record<string, AccessPattern>>;

/** Puts the description of an access pattern next to its function. */
export function defineAccessPattern<
  Run extends (table: never, ...input: never[]) => Promise<unknown>,
>(
  accessPattern: AccessPatternDescription,
  run: Run,
): Run & { readonly accessPattern: AccessPatternDescription } {
  return Object.assign(run, { accessPattern });
}

/** The same functions without their first parameter, the table. */
export type BoundAccessPatterns<Patterns> = {
  [Name in keyof Patterns]: Patterns[Name] extends (
    table: never,
    ...input: infer Input
  ) => infer Output
    ? (...input: Input) => Output
    : never;
};

/** Makes an object of methods from access patterns and the table that they all work on. */
export function bindAccessPatterns<Context extends Table, Patterns extends object>(
  table: Context,
  patterns: Patterns & Record<keyof Patterns, (table: Context, ...input: never[]) => unknown>,
): BoundAccessPatterns<Patterns> {
  const bound = Object.entries<(table: Context, ...input: never[]) => unknown>(patterns).map(
    ([name, run]) => [name, (...input: never[]) => run(table, ...input)],
  );
  return Object.fromEntries(bound) as BoundAccessPatterns<Patterns>;
}

/** The patterns and all that they use, each under its name. */
export function withUsedPatterns(patterns: AccessPatterns): AccessPatterns {
  const used = Object.values(patterns).map(({ accessPattern }) => accessPattern.uses ?? {});
  return Object.assign({}, patterns, ...used.map(withUsedPatterns));
}

/** Every action that the patterns need, by resource, in alphabetical order: a role's permissions. */
export function actionsOf(patterns: AccessPatterns): Partial<Record<Resource, readonly Action[]>> {
  const found: Partial<Record<Resource, Action[]>> = {};
  for (const { accessPattern } of Object.values(withUsedPatterns(patterns))) {
    for (const [resource, actions] of Object.entries(accessPattern.actions)) {
      const before = found[resource as Resource] ?? [];
      found[resource as Resource] = [...new Set([...before, ...actions])].sort();
    }
  }
  return found;
}
