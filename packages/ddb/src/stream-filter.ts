import { MESSAGE_PK_PREFIX } from "./keys.ts";
import type { MessageChange } from "./types.ts";

/** The changes of messages that memberships show or count; a reaction is none of them. */
const PROJECTED_CHANGES: readonly MessageChange[] = ["edit", "delete"];

const isMessage = { pk: { S: [{ prefix: MESSAGE_PK_PREFIX }] } };

/**
 * The event filters of the deployed event source: new messages, and messages whose last change
 * concerns memberships (AWS Lambda Developer Guide, "Filter rule syntax").
 */
export const STREAM_EVENT_FILTERS = [
  { eventName: ["INSERT"], dynamodb: { Keys: isMessage } },
  {
    eventName: ["MODIFY"],
    dynamodb: { Keys: isMessage, NewImage: { change: { S: PROJECTED_CHANGES } } },
  },
];

/** The event filter of the push Lambda: new messages. */
export const PUSH_EVENT_FILTER = { eventName: ["INSERT"], dynamodb: { Keys: isMessage } };

/** The part of a stream record that the filters read. */
interface FilteredRecord {
  eventName?: string | undefined;
  dynamodb?: { Keys?: Attributes | undefined; NewImage?: Attributes | undefined } | undefined;
}

type Attributes = { readonly [name: string]: { readonly S?: string | undefined } };

/** What the push Lambda's event filter does, for programs that read the stream themselves. */
export function isInsertOfMessage({ eventName, dynamodb }: FilteredRecord): boolean {
  return eventName === "INSERT" && dynamodb?.Keys?.pk?.S?.startsWith(MESSAGE_PK_PREFIX) === true;
}

/** What the event filters do, for programs that read the stream themselves. */
export function passesStreamFilter({ eventName, dynamodb }: FilteredRecord): boolean {
  if (dynamodb?.Keys?.pk?.S?.startsWith(MESSAGE_PK_PREFIX) !== true) return false;
  if (eventName === "INSERT") return true;
  const change = dynamodb.NewImage?.change?.S;
  return eventName === "MODIFY" && PROJECTED_CHANGES.some((each) => each === change);
}
