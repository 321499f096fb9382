import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { createQueryClient } from "./lib/query-client.ts";
import { paths } from "./lib/routes.ts";
import { createSessionStore } from "./lib/session-store.ts";
import { createTrpcClient } from "./lib/trpc.ts";
import "./styles/base.css";

// The build puts this script into the page, before the first paint.
if (import.meta.env.DEV) void import("./first-paint.ts");
const queryClient = createQueryClient();
const session = createSessionStore(async () => {
  const { openSnapshot } = await import("./features/offline/open-snapshot.ts");
  return openSnapshot(queryClient);
});
const client = createTrpcClient(session);
void session.resume();
// What was shared must leave the address before a sign-in or the history takes it.
const { hash, pathname } = location;
if (pathname === paths.share()) {
  void import("./features/share/shared-text.ts").then((shared) => shared.keepSharedText(hash));
}

// After the page, whose loading it must not delay.
async function loadPwa(): Promise<void> {
  const { startPwa } = await import("./features/pwa/start-pwa.ts");
  startPwa(session, queryClient);
}
addEventListener("load", () => void loadPwa().catch(() => {}));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App session={session} client={client} queryClient={queryClient} />
  </StrictMode>,
);
