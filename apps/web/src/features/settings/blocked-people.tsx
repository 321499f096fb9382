import { describeError } from "../../lib/errors.ts";
import { trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./settings-page.module.css";

/** The people whom the signed-in person has blocked. */
export function BlockedPeople() {
  const utils = trpc.useUtils();
  const blocked = trpc.users.blocked.useInfiniteQuery(
    {},
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const unblock = trpc.users.unblock.useMutation({
    onSuccess: () => utils.users.blocked.invalidate(),
    onError: (error) => showToast({ tone: "danger", text: describeError(error) }),
  });
  const people = blocked.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className={styles.section} aria-labelledby="blocked">
      <h2 id="blocked">Blocked people</h2>
      {blocked.data !== undefined && people.length === 0 && (
        <p className={styles.muted}>You have blocked nobody.</p>
      )}
      {blocked.error !== null && <p className={styles.muted}>{describeError(blocked.error)}</p>}
      {people.length > 0 && (
        <ul className={styles.list}>
          {people.map(({ uuid, display_name, handle }) => (
            <li key={uuid} className={styles.row}>
              <div className={styles.who}>
                <p className={styles.label} dir="auto">
                  {display_name}
                </p>
                <p className={styles.muted}>@{handle}</p>
              </div>
              <Button
                aria-label={`Unblock ${display_name}`}
                onClick={() => unblock.mutate({ user_uuid: uuid })}
              >
                Unblock
              </Button>
            </li>
          ))}
        </ul>
      )}
      {blocked.hasNextPage && (
        <Button onClick={() => void blocked.fetchNextPage()}>Show more</Button>
      )}
    </section>
  );
}
