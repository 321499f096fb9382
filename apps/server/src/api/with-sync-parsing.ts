import type { z } from "zod";

/**
 * The same schema, parsed synchronously. tRPC calls `parseAsync`, under which zod doesn't use its
 * compiled parsers and takes four times as long for a page of messages (ADR 17). The schemas of the
 * contract have no asynchronous refinements; one that had any would throw.
 */
export function withSyncParsing<Schema extends z.ZodType>(schema: Schema): Schema {
  const parse = schema.parse.bind(schema);
  return Object.assign(schema.clone(), { parseAsync: async (value: unknown) => parse(value) });
}
