import type { ErrorCode } from "@cruddur/client/errors";
import type { Message } from "@cruddur/contract/messages";
import type { TabChannel } from "./tab-channel.ts";
import type { ChangeEvent, OutboxChange, OutboxStore, SendChange, SendMessage } from "./types.ts";

export interface OutboxOptions {
  store: OutboxStore;
  send: SendMessage;
  channel: TabChannel;
  change: SendChange;
  /** Called when the server has made a change, asked for by this tab or another. */
  onChanged(event: ChangeEvent): void;
  /** Called when the server has refused a change that this tab has sent. */
  onRefused(change: OutboxChange, code: ErrorCode): void;
  /** False while the browser is sure that it has no network. */
  isOnline?: () => boolean;
  /** Runs `task` while no other tab holds `name`. Rejects when aborted before the task started. */
  withLock(name: string, task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Calls back when the network is back. @returns unsubscribe */
  onOnline(listener: () => void): () => void;
  /** Calls back when the page may be about to close. @returns unsubscribe */
  onPageExit(listener: () => void): () => void;
  /** Called when the server has stored a message, sent from this tab or another. */
  onSent(message: Message): void;
  random?: () => number;
}
