import { MessageGroupFeedSkeleton } from "../inbox/message-group-feed.tsx";
import layout from "../inbox/message-groups-page.module.css";

/** The outline of the inbox while the session is opened, so that the layout does not change later. */
export function AppSkeleton() {
  return (
    <main className={layout.page} aria-busy="true" aria-label="Loading">
      <div className={layout.list}>
        <div className={layout.header} />
        <MessageGroupFeedSkeleton />
      </div>
      <div className={layout.conversation} />
    </main>
  );
}
