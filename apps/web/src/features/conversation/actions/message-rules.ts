import { MESSAGE_EDIT_WINDOW_HOURS } from "@cruddur/contract/limits";
import type { MessageRow } from "../feed/feed-rows.ts";

export type MessageAction =
  | "reply"
  | "react"
  | "edit"
  | "delete"
  | "hide"
  | "copy"
  | "link"
  | "report";

/**
 * What a person can do to a message, by the rules of the server. A message that failed has actions of
 * its own.
 * @param by.isOwner whether the person owns the group, and so can delete anyone's messages
 * @param by.isBlocked whether the person has blocked the other one: nothing new can be written
 */
export function actionsOn(
  row: MessageRow,
  by: { user_uuid: string; nowMs: number; isOwner?: boolean; isBlocked?: boolean },
): ReadonlySet<MessageAction> {
  const { message, pending } = row;
  const canWrite = by.isBlocked !== true;
  if (pending !== null) {
    if (pending.state === "failed") return new Set(["copy"]);
    return new Set(canWrite ? ["edit", "delete", "copy"] : ["delete", "copy"]);
  }
  if (message === null || message.kind !== "text") return new Set();
  if (message.deleted_at !== null) return new Set(["hide", "link"]);
  const actions = new Set<MessageAction>(["copy", "link", "hide"]);
  if (canWrite) actions.add("reply").add("react");
  const isOwn = message.user_uuid === by.user_uuid;
  const ageMs = by.nowMs - Date.parse(message.created_at);
  if (canWrite && isOwn && ageMs < MESSAGE_EDIT_WINDOW_HOURS * 3_600_000) actions.add("edit");
  if (isOwn || by.isOwner === true) actions.add("delete");
  if (!isOwn) actions.add("report");
  return actions;
}

/** The newest message that the person can edit: what the arrow up edits. */
export function lastEditable<Row extends { kind: string }>(
  rows: readonly Row[],
  by: { user_uuid: string; nowMs: number },
): (Row & MessageRow) | null {
  const isEditable = (row: Row): row is Row & MessageRow =>
    row.kind === "message" &&
    (row as Row & MessageRow).user_uuid === by.user_uuid &&
    actionsOn(row as Row & MessageRow, by).has("edit");
  return rows.findLast(isEditable) ?? null;
}
