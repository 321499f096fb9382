import { MESSAGE_PK_PREFIX, messageSk, parseMessagePk } from "@cruddur/ddb/keys";
import type { NewMessage } from "@cruddur/ddb/projection";
import * as v from "valibot";

const text = v.object({ S: v.string() });
const uuid = v.object({ S: v.pipe(v.string(), v.uuid()) });

const envelopeSchema = v.object({
  eventName: v.string(),
  dynamodb: v.object({
    SequenceNumber: v.pipe(v.string(), v.digits()),
    Keys: v.object({ pk: text, sk: text }),
  }),
});

const imageSchema = v.object({
  dynamodb: v.object({
    NewImage: v.object({
      message: text,
      message_uuid: uuid,
      user_uuid: uuid,
      member_count: v.object({ N: v.pipe(v.string(), v.digits(), v.transform(Number)) }),
      projected: v.optional(v.object({ BOOL: v.boolean() })),
      // A trace that can't be read costs the trace, not the message.
      traceparent: v.fallback(v.optional(text), undefined),
    }),
  }),
});

/** What a record of the stream turned out to be. */
export type ParsedRecord = { sequenceNumber: string; pk: string | null; sk: string | null } & (
  | { kind: "message"; message: NewMessage }
  /** Not an insert of a message, or one whose rows were written with it. */
  | { kind: "ignored" }
  /** `problem` names what is wrong, never a value. */
  | { kind: "malformed"; problem: string }
);

/** Sorts a record of the stream; never throws, whatever it is given. */
export function parseRecord(record: unknown): ParsedRecord {
  const envelope = v.safeParse(envelopeSchema, record);
  if (!envelope.success) {
    const known = { sequenceNumber: sequenceNumberOf(record), pk: null, sk: null };
    return { ...known, kind: "malformed", problem: problemOf(envelope.issues) };
  }
  const { eventName, dynamodb } = envelope.output;
  const known = {
    sequenceNumber: dynamodb.SequenceNumber,
    pk: dynamodb.Keys.pk.S,
    sk: dynamodb.Keys.sk.S,
  };
  if (eventName !== "INSERT" || !known.pk.startsWith(MESSAGE_PK_PREFIX)) {
    return { ...known, kind: "ignored" };
  }
  const image = v.safeParse(imageSchema, record);
  if (!image.success) return { ...known, kind: "malformed", problem: problemOf(image.issues) };
  const { message, message_uuid, user_uuid, member_count, projected, traceparent } =
    image.output.dynamodb.NewImage;
  if (projected?.BOOL) return { ...known, kind: "ignored" };
  try {
    const message_group_uuid = parseMessagePk(known.pk);
    if (messageSk(message_uuid.S) !== known.sk) {
      return { ...known, kind: "malformed", problem: "message_uuid and sk differ" };
    }
    return {
      ...known,
      kind: "message",
      message: {
        message_group_uuid,
        message_uuid: message_uuid.S,
        user_uuid: user_uuid.S,
        message: message.S,
        member_count: member_count.N,
        ...(traceparent === undefined ? {} : { traceparent: traceparent.S }),
      },
    };
  } catch (error) {
    return { ...known, kind: "malformed", problem: (error as Error).message };
  }
}

function problemOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const paths = issues.map((issue) => v.getDotPath(issue) ?? "record");
  return `missing or of the wrong type: ${paths.join(", ")}`;
}

function sequenceNumberOf(record: unknown): string {
  const { dynamodb } = (record ?? {}) as { dynamodb?: { SequenceNumber?: unknown } };
  const value = dynamodb?.SequenceNumber;
  return typeof value === "string" && /^\d+$/.test(value) ? value : "";
}
