import type { Message } from "@cruddur/contract/messages";
import type { MessagePage } from "./history-window.ts";

/** The part of the history to open. */
export type HistoryPlace =
  | { at: "newest" }
  | { at: "message"; uuid: string }
  | { at: "moment"; since: string };

export interface ListInput {
  cursor?: string;
  around?: string;
  since?: string;
  limit: number;
}
export type ListMessages = (input: ListInput) => Promise<MessagePage>;

/** The state of loading more at one end of the window. */
export type EdgeState = "idle" | "loading" | "failed";

export interface MessageHistoryState {
  status: "empty" | "loading" | "ready" | "failed";
  error: unknown;
  messages: readonly Message[];
  /** The window ends with the newest message, so live messages are shown as they arrive. */
  isAttached: boolean;
  /** The window begins with the first message. */
  isComplete: boolean;
  older: EdgeState;
  newer: EdgeState;
  /** Uuids of other people's messages that arrived and have not been in view, in order. */
  unseen: readonly string[];
  /** Counts replaced windows. A scroll position in one window means nothing in the next. */
  generation: number;
}

/** The input of `messages.list` for a place. */
export function listInputOf(place: HistoryPlace): Omit<ListInput, "limit" | "cursor"> {
  switch (place.at) {
    case "newest":
      return {};
    case "message":
      return { around: place.uuid };
    case "moment":
      return { since: place.since };
  }
}
