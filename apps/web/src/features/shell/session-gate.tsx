import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { useAnnounce } from "../../lib/announcer.tsx";
import { describeError } from "../../lib/errors.ts";
import { TabBadge } from "../../lib/page-title.ts";
import { PUBLIC_PAGES, paths } from "../../lib/routes.ts";
import { useSessionState } from "../../lib/session.tsx";
import { useRoute } from "../../lib/use-route.ts";
import { Button } from "../../ui/button.tsx";
import { WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { forgetDrafts } from "../outbox/outbox.ts";
import { AppSkeleton } from "./app-skeleton.tsx";
import { SignedIn } from "./signed-in.tsx";
import { useRouteFocus } from "./use-route-focus.ts";

/**
 * The one place that checks who is signed in. Without a session only the public pages are shown, and
 * signing in leads back to where the person was. With a session the public pages lead to the inbox.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { state, store } = useSessionState();
  const route = useRoute();
  const [pathname] = useLocation();
  const search = useSearch();
  useSignedOutEffects();
  useRouteFocus();

  const isPublic = PUBLIC_PAGES.has(route.page);
  switch (state.status) {
    case "loading":
      return isPublic ? null : <AppSkeleton />;
    case "unreachable":
      return (
        <main className="full-page">
          <Notice
            level={1}
            title="Can't connect to Cruddur"
            icon={<WarningIcon />}
            action={
              <Button tone="primary" onClick={() => void store.resume()}>
                Try again
              </Button>
            }
          >
            {describeError(state.error)} We will keep trying.
          </Notice>
        </main>
      );
    case "signed_out": {
      if (isPublic) {
        return (
          <>
            <TabBadge />
            {children}
          </>
        );
      }
      const here = search === "" ? pathname : `${pathname}?${search}`;
      const next = state.reason === "signed_out" || route.page === "home" ? undefined : here;
      return <Redirect to={paths.signIn({ next })} replace />;
    }
    case "signed_in":
      if (isPublic) {
        const next = route.page === "sign_in" ? route.next : null;
        return <Redirect to={next ?? paths.messages()} replace />;
      }
      return (
        <SignedIn key={state.user.uuid} user_uuid={state.user.uuid}>
          <TabBadge />
          {children}
        </SignedIn>
      );
  }
}

/** Clears the data of one person before the next signs in, and announces an expired session. */
function useSignedOutEffects(): void {
  const { state } = useSessionState();
  const queryClient = useQueryClient();
  const { assertive } = useAnnounce();
  const owner = useRef<string | null>(null);
  useEffect(() => {
    if (state.status === "signed_in") {
      if (owner.current !== null && owner.current !== state.user.uuid) queryClient.clear();
      owner.current = state.user.uuid;
    } else if (state.status === "signed_out") {
      if (state.reason === "signed_out") {
        queryClient.clear();
        // Without storage there is nothing to delete.
        if (owner.current !== null) void forgetDrafts(owner.current).catch(() => {});
      }
      if (state.reason === "expired") assertive("You were signed out. Sign in again.");
    }
  }, [state, queryClient, assertive]);
}
