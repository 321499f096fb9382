import { lazy, Suspense } from "react";
import { Redirect } from "wouter";
import { MessageGroupsPage } from "./features/inbox/message-groups-page.tsx";
import { InboxBadge } from "./features/inbox/use-inbox.ts";
import { NotFoundPage } from "./features/shell/not-found-page.tsx";
import { paths } from "./lib/routes.ts";
import { useRoute } from "./lib/use-route.ts";

// Pages that a signed-in person does not need for the inbox are not part of the first load.
const AuthPages = lazy(() => import("./features/auth/auth-pages.tsx"));
const SettingsPage = lazy(() => import("./features/settings/settings-page.tsx"));
const SharePage = lazy(() => import("./features/share/share-page.tsx"));

/** The page of the current address. */
export function Pages() {
  const route = useRoute();
  switch (route.page) {
    case "home":
      return <Redirect to={paths.messages()} replace />;
    case "messages":
    case "message_group":
    case "message_group_new":
      return <MessageGroupsPage route={route} />;
    case "settings":
      return (
        <Suspense>
          <InboxBadge />
          <SettingsPage />
        </Suspense>
      );
    case "share":
      return (
        <Suspense>
          <SharePage />
        </Suspense>
      );
    case "sign_in":
    case "sign_up":
    case "confirm":
    case "forgot":
      return (
        <Suspense>
          <AuthPages route={route} />
        </Suspense>
      );
    case "not_found":
      return <NotFoundPage />;
  }
}
