import type { OwnUser } from "@cruddur/contract/users";
import { navigate } from "wouter/use-browser-location";
import type { SessionStore } from "../../lib/session-store.ts";
import { startAlerts } from "../notifications/alerts.ts";
import { resumePush } from "../notifications/push-subscription.ts";
import { startAppBadge } from "./app-badge.ts";
import { registerWorker } from "./register-worker.ts";

/** Starts what makes the page an app of the device. The page works without any of it. */
export function startPwa(session: SessionStore): void {
  const owner = (): OwnUser | null => {
    const state = session.state.get();
    return state.status === "signed_in" ? state.user : null;
  };
  startAppBadge();
  startAlerts(owner);
  // Browsers have no service workers outside secure contexts.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  void registerWorker();
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "open") navigate(data.path);
  });

  let resumedFor: string | null = null;
  const resume = () => {
    const user_uuid = owner()?.uuid ?? null;
    if (user_uuid !== null && user_uuid !== resumedFor) void resumePush(user_uuid).catch(() => {});
    resumedFor = user_uuid;
  };
  session.state.subscribe(resume);
  resume();
}
