import { answerFromShell, dropOldShells, keepShell } from "./offline.ts";
import { openNotification, showPush } from "./push.ts";
import { isShare, receiveShare } from "./share.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  // A new worker needs no page to close first: it still has the files of the build before.
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const answer = isShare(request) ? receiveShare(request) : answerFromShell(request);
  if (answer !== null) event.respondWith(answer);
});

self.addEventListener("push", (event) => {
  event.waitUntil(showPush(event.data));
});

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(openNotification(event.notification));
});
