import { Link } from "wouter";
import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";
import { Avatar } from "../../ui/avatar.tsx";
import styles from "./message-group-item.module.css";

/** A new conversation in the inbox, until its first message is stored. */
export function MessageGroupNewItem({ handle }: { handle: string }) {
  const { user: self } = useSession();
  const { data: user } = trpc.users.short.useQuery({ handle });
  // Nobody has a conversation with themselves.
  if (user === undefined || user.uuid === self.uuid) return null;
  return (
    <ul>
      <li>
        <Link
          href={paths.messageGroupNew(handle)}
          className={styles.item}
          aria-current="page"
          draggable={false}
        >
          <Avatar user_uuid={user.uuid} display_name={user.display_name} />
          <span className={styles.text}>
            <span className={styles.name} dir="auto">
              {user.display_name}
            </span>
            <span className={styles.preview}>New conversation</span>
          </span>
        </Link>
      </li>
    </ul>
  );
}
