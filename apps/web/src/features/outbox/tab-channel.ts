import type { Message } from "@cruddur/contract/messages";
import type { ChangeEvent } from "./types.ts";

/** What the tabs of one person send one another. */
export type TabMessage =
  | { type: "changed"; message_group_uuid: string }
  | { type: "sent"; message: Message }
  | { type: "event"; event: ChangeEvent }
  | { type: "draft"; message_group_uuid: string };

/** The part of BroadcastChannel that the outbox uses. A message never comes back to its sender. */
export interface TabChannel {
  post(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): void;
  close(): void;
}

/** Connects this tab with the person's other tabs. Without BroadcastChannel the tab stays alone. */
export function openTabChannel(name: string): TabChannel {
  if (typeof BroadcastChannel === "undefined") return { post() {}, listen() {}, close() {} };
  const channel = new BroadcastChannel(name);
  let isOpen = true;
  return {
    post: (message) => isOpen && channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }: MessageEvent<TabMessage>) => listener(data);
    },
    close() {
      isOpen = false;
      channel.close();
    },
  };
}
