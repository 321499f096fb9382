import { MessageGroupFeedSkeleton } from "../inbox/message-group-feed.tsx";
import layout from "../inbox/message-groups-page.module.css";

/** The inbox's outline while the session is looked up, so that the first paint is the last layout. */
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
