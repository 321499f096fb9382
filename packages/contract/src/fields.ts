import { z } from "zod";
import type { AppCode } from "./errors.ts";
import * as limits from "./limits.ts";
import { isBlank } from "./text.ts";

/**
 * The issue message of a schema: a code of the closed set, which the server answers as it is. The
 * function only makes the compiler check the code.
 */
export const code = (value: AppCode): AppCode => value;

/** A string that is required and visible. Absent, of another type and blank all give one code. */
export const nonBlank = (blank: AppCode) => z.string(blank).refine((s) => !isBlank(s), blank);

export const flag = z.boolean(code("invalid_input"));

/** A moment of an answer: UTC, ISO 8601, milliseconds, always 24 characters. */
export const time = z.iso.datetime({ precision: 3 });

const uuid = z.uuid(code("invalid_input"));
export const messageGroupUuid = nonBlank("message_group_uuid_blank")
  .pipe(uuid)
  .describe("Uuid of a conversation.");
export const clientId = nonBlank("client_id_blank")
  .pipe(uuid)
  .describe(
    "A uuid that the client mints for each draft and repeats with every retry, so that the message is stored once.",
  );
export const opId = uuid.describe(
  "A uuid that the client mints for each change and repeats with every retry, so that the change is made once.",
);
export const userUuid = uuid.describe("Uuid of a person.");
/** Message uuids are UUIDv7: they carry the message's time (see `ids.ts`). */
export const messageUuid = z.uuidv7(code("invalid_input")).describe("Uuid of a message.");

const pageLimit = (max: number) =>
  z.int(code("invalid_input")).min(1, code("invalid_input")).max(max, code("invalid_input"));

/** The fields of an input that asks for one page of a list. */
export const pageFields = (options: { defaultItems: number; maxItems: number }) => ({
  cursor: z
    .string(code("cursor_invalid"))
    .max(limits.CURSOR_MAX_CHARS, code("cursor_invalid"))
    .nullish()
    .describe("A cursor of an earlier page of the same list. Without one the first page is read."),
  direction: z
    .enum(["forward", "backward"], code("invalid_input"))
    .optional()
    .describe("Ignored: some query libraries send it. A cursor already carries its direction."),
  limit: pageLimit(options.maxItems)
    .default(options.defaultItems)
    .describe("The largest number of items in the page."),
});

/** One page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe("Leads to older items; null where there are none."),
    previous_cursor: z
      .string()
      .nullable()
      .describe("Leads to newer items; null where there are none."),
  });
