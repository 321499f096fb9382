import type { OwnUser } from "@cruddur/contract/users";
import type { QueryClient } from "@tanstack/react-query";
import { navigate } from "wouter/use-browser-location";
import type { SessionStore } from "../../lib/session-store.ts";
import { startAlerts } from "../notifications/alerts.ts";
import { resumePush } from "../notifications/push-subscription.ts";
import { startAppBadge } from "./app-badge.ts";
import { registerWorker } from "./register-worker.ts";

/** The inbox comes first, also on a slow network, before what is kept for later. */
const OFFLINE_AFTER_MS = 2_000;

/** Starts what makes the page an app of the device. The page works without any of it. */
export function startPwa(session: SessionStore, queryClient: QueryClient): void {
  const owner = (): OwnUser | null => {
    const state = session.state.get();
    return state.status === "signed_in" ? state.user : null;
  };
  startAppBadge();
  startAlerts(owner);
  // Browsers have no service workers outside secure contexts.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  void registerWorker();
  setTimeout(() => void loadOffline().catch(() => {}), OFFLINE_AFTER_MS);
  async function loadOffline(): Promise<void> {
    const { followSession } = await import("../offline/follow-session.ts");
    followSession(session, queryClient);
  }
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "open") navigate(data.path);
  });

  let resumedFor: string | null = null;
  const resume = () => {
    const state = session.state.get();
    // Without a connection, there is nothing to resume yet.
    if (state.status === "signed_in" && state.asOfMs !== undefined) return;
    const user_uuid = owner()?.uuid ?? null;
    if (user_uuid !== null && user_uuid !== resumedFor) void resumePush(user_uuid).catch(() => {});
    resumedFor = user_uuid;
  };
  session.state.subscribe(resume);
  resume();
}
