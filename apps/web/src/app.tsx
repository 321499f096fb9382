import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { AppErrorBoundary } from "./features/shell/app-error-boundary.tsx";
import { ConnectionPill } from "./features/shell/connection-pill.tsx";
import { SessionGate } from "./features/shell/session-gate.tsx";
import { AnnouncerProvider } from "./lib/announcer.tsx";
import { navigateWithOrigin } from "./lib/history.ts";
import { SessionProvider } from "./lib/session.tsx";
import type { SessionStore } from "./lib/session-store.ts";
import { type ApiClient, trpc } from "./lib/trpc.ts";
import { Pages } from "./pages.tsx";
import { Toasts } from "./ui/toasts.tsx";

export function App(props: { session: SessionStore; client: ApiClient; queryClient: QueryClient }) {
  const { session, client, queryClient } = props;
  return (
    <Router aroundNav={navigateWithOrigin}>
      <AppErrorBoundary>
        <trpc.Provider client={client} queryClient={queryClient}>
          <QueryClientProvider client={queryClient}>
            <AnnouncerProvider>
              <SessionProvider store={session}>
                <SessionGate>
                  <Pages />
                </SessionGate>
                <ConnectionPill />
                <Toasts />
              </SessionProvider>
            </AnnouncerProvider>
          </QueryClientProvider>
        </trpc.Provider>
      </AppErrorBoundary>
    </Router>
  );
}
