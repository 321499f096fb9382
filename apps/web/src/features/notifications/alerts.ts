import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { OwnUser } from "@cruddur/contract/users";
import { isMuted } from "../../lib/filing.ts";
import { onLiveEvent } from "../../lib/live-events.ts";
import { paths } from "../../lib/routes.ts";
import { getClient } from "../../lib/trpc.ts";
import { titleOf } from "../groups/names.ts";
import { followPreferences, notificationPreferences } from "./preferences.ts";
import { playSound } from "./sound.ts";

/** How long one tab keeps the others from alerting: until every tab has received the same live event. */
const LOCK_MS = 2_000;

/**
 * True when a message alerts the person while the app is open but its conversation is not in view. The
 * rules are those of a push (`chooseNotification` of `packages/lambda-push`).
 */
export function shouldAlert(
  message: Message,
  messageGroup: Pick<MessageGroup, "muted_until" | "folder" | "blocked" | "request">,
  user: Pick<OwnUser, "uuid" | "mentions_break_mutes">,
): boolean {
  if (message.user_uuid === user.uuid || message.kind !== "text") return false;
  if (message.deleted_at !== null || messageGroup.blocked) return false;
  if (messageGroup.folder === "requests") return false;
  const breaksMute = user.mentions_break_mutes && message.mentions.includes(user.uuid);
  return !isMuted(messageGroup) || breaksMute;
}

/**
 * Alerts the person to new messages while the app is open: by a sound where it shows something other
 * than the conversation, and also by a notification where it is not in view. Closes notifications of
 * conversations that they read, here or on another device.
 * @param owner the signed-in person; null while nobody is
 * @returns a function that ends the alerts
 */
export function startAlerts(owner: () => OwnUser | null): () => void {
  followPreferences();
  const stops = [
    onLiveEvent("message", ({ message }) => {
      if (isInView(message)) return;
      void inOneTab(message.uuid, () => alert(message, owner()));
    }),
    onLiveEvent("read", ({ user_uuid, message_group_uuid }) => {
      if (user_uuid === owner()?.uuid) void closeNotifications(message_group_uuid);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function isInView({ message_group_uuid }: Message): boolean {
  return !document.hidden && location.pathname === paths.messageGroup(message_group_uuid);
}

async function alert(message: Message, user: OwnUser | null): Promise<void> {
  const { page, sound } = notificationPreferences();
  const mayShow = "Notification" in window && Notification.permission === "granted";
  // A page in view marks the conversation in its list.
  const isShown = page && document.hidden && mayShow;
  if (user === null || message.user_uuid === user.uuid || !(isShown || sound)) return;
  const { message_group_uuid } = message;
  const messageGroup = await getClient().messageGroups.get.query({ message_group_uuid });
  if (!shouldAlert(message, messageGroup, user)) return;
  if (sound) await playSound().catch(() => {});
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!isShown || registration === undefined) return;
  const isRequest = messageGroup.request === "received";
  await registration.showNotification(isRequest ? "Cruddur Messages" : titleOf(messageGroup), {
    body: isRequest
      ? "Somebody you have not written with before sent you a message."
      : messageGroup.kind === "group"
        ? `${message.display_name}: ${message.message}`
        : message.message,
    // The same as a push of the conversation, which it replaces.
    tag: message_group_uuid,
    icon: "/icons/icon-192.png",
    badge: "/icons/notification-96.png",
    data: { path: paths.messageGroup(message_group_uuid) },
  });
}

/** Runs the task in the first tab that asks, where several are open. */
async function inOneTab(name: string, task: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return task().catch(() => {});
  await navigator.locks.request(`cruddur-alert-${name}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await task().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, LOCK_MS));
  });
}

async function closeNotifications(tag: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const notification of (await registration?.getNotifications({ tag })) ?? []) {
    notification.close();
  }
}
