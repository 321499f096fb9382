import type { QueryClient } from "@tanstack/react-query";
import type { SessionStore } from "../../lib/session-store.ts";
import { keepSnapshot } from "./keep-snapshot.ts";
import { forgetSnapshot } from "./snapshot-store.ts";

/**
 * Keeps a snapshot of the signed-in person's inbox up to date, and deletes it whenever the session
 * has ended: by a sign-out in any tab, on another device, or because the server says so.
 */
export function followSession(session: SessionStore, queryClient: QueryClient): void {
  let kept: string | null = null;
  let stopping = new AbortController();
  const follow = () => {
    const state = session.state.get();
    const user_uuid = state.status === "signed_in" ? state.user.uuid : null;
    if (user_uuid !== kept) {
      kept = user_uuid;
      stopping.abort();
      stopping = new AbortController();
      const { signal } = stopping;
      if (user_uuid !== null) keepSnapshot({ session, queryClient, user_uuid, signal });
    }
    // Without storage there is nothing to delete.
    if (state.status === "signed_out") void forgetSnapshot().catch(() => {});
  };
  session.state.subscribe(follow);
  follow();
}
