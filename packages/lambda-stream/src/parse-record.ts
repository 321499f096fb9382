import type { Item } from "@cruddur/ddb/attributes";
import { fromMessageItem } from "@cruddur/ddb/message-item";
import { passesStreamFilter } from "@cruddur/ddb/stream-filter";
import type { StoredMessage } from "@cruddur/ddb/types";
import * as v from "valibot";

const text = v.object({ S: v.string() });
const envelopeSchema = v.object({
  eventName: v.string(),
  dynamodb: v.object({
    SequenceNumber: v.pipe(v.string(), v.digits()),
    Keys: v.object({ pk: text, sk: text }),
  }),
});

const imageSchema = v.object({
  dynamodb: v.object({ NewImage: v.record(v.string(), v.custom<Item[string]>(isObject)) }),
});

/** What a stream record holds. */
export type ParsedRecord = {
  sequenceNumber: string;
  pk: string | null;
  sk: string | null;
} /** The message as the record shows it; `isNew` when the record is of its insert. */ & (
  | { kind: "message"; message: StoredMessage; isNew: boolean }
  /** Nothing that concerns memberships, or a message whose memberships were written with it. */
  | { kind: "ignored" }
  /** `problem` names attributes, never their values. */
  | { kind: "malformed"; problem: string }
);

/** Parses a stream record. Never throws, whatever it is given. */
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
  if (!passesStreamFilter(record as Parameters<typeof passesStreamFilter>[0])) {
    return { ...known, kind: "ignored" };
  }
  const isNew = eventName === "INSERT";
  const image = v.safeParse(imageSchema, record);
  if (!image.success) return { ...known, kind: "malformed", problem: problemOf(image.issues) };
  try {
    const message = fromMessageItem({ ...image.output.dynamodb.NewImage, ...dynamodb.Keys });
    if (isNew && message.projected) return { ...known, kind: "ignored" };
    return { ...known, kind: "message", message, isNew };
  } catch (error) {
    return { ...known, kind: "malformed", problem: (error as Error).message };
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
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
