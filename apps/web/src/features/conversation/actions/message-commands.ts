import { createContext, useContext } from "react";
import type { MessageRow } from "../feed/feed-rows.ts";
import type { MessageAction } from "./message-rules.ts";

/** A question about one message that covers the page. */
export interface MessageQuestion {
  kind: "emoji" | "reactions" | "delete" | "hide";
  row: MessageRow;
}

/** What can be done to the messages of the conversation on the page. The object stays the same. */
export interface MessageCommands {
  user_uuid: string;
  /** What the person can do to a message now. */
  actionsOn(row: MessageRow): ReadonlySet<MessageAction>;
  /** Makes the composer answer a message. */
  reply(row: MessageRow): void;
  /** Makes the composer edit a message. */
  edit(row: MessageRow): void;
  /** Adds the person's reaction, or takes it off. */
  toggleReaction(row: MessageRow, emoji: string): void;
  /** Deletes a message for everyone. */
  remove(row: MessageRow): void;
  /** Deletes a message for the person alone. */
  hide(row: MessageRow): void;
  ask(question: MessageQuestion): void;
  /** Shows a message, which may have to be loaded, and marks it for a moment. */
  goTo(message_uuid: string): void;
}

const Context = createContext<MessageCommands | null>(null);

export const MessageCommandsProvider = Context.Provider;

/** The commands of the conversation around the component. */
export function useMessageCommands(): MessageCommands {
  const commands = useContext(Context);
  if (commands === null) throw new Error("useMessageCommands outside MessageCommandsProvider");
  return commands;
}
