import type { PushPayload } from "@cruddur/contract/push";
import { type NotificationText, readMessage } from "./read-message.ts";

declare const self: ServiceWorkerGlobalScope;

const NEW_MESSAGE: NotificationText = { title: "Cruddur Messages", body: "New message" };
const NEW_REQUEST: NotificationText = {
  title: "Cruddur Messages",
  body: "Somebody you have not written with before sent you a message.",
};

/**
 * Shows a push, one notification for each conversation. Browsers want one for every push, so one that
 * cannot be read says that there is a message. While a page is in view, it shows the message itself.
 */
export async function showPush(data: PushMessageData | null): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  const push = parse(data);
  const { title, body } = await wordsFor(push);
  await self.registration.showNotification(title, {
    ...{ body, icon: "/icons/icon-192.png", badge: "/icons/notification-96.png" },
    ...(push !== null && {
      tag: push.message_group_uuid,
      renotify: true,
      data: { path: `/messages/${push.message_group_uuid}` },
    }),
  });
}

/** Opens the conversation of a notification, in a page that is open or in a new one. */
export async function openNotification(notification: Notification): Promise<void> {
  notification.close();
  const path: string = notification.data?.path ?? "/messages";
  const [page] = await self.clients.matchAll({ type: "window" });
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ type: "open", path });
  await page.focus();
}

async function wordsFor(push: PushPayload | null): Promise<NotificationText> {
  if (push?.kind === "request") return NEW_REQUEST;
  const read = push === null ? null : await readMessage(push).catch(() => null);
  return read ?? NEW_MESSAGE;
}

function parse(data: PushMessageData | null): PushPayload | null {
  try {
    const push = data?.json() as Partial<PushPayload> | undefined;
    return typeof push?.message_group_uuid === "string" ? (push as PushPayload) : null;
  } catch {
    return null;
  }
}
