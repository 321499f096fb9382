import type { UserShort } from "@cruddur/contract/users";
import { useMessageCommands } from "../actions/message-commands.ts";
import { namesOf } from "../actions/reaction-names.ts";
import type { MessageRow } from "./feed-rows.ts";
import styles from "./message-reactions.module.css";

/**
 * The reactions to a message: each emoji with the number of people, who are named on hover. A click
 * adds or takes off one's own. The keyboard reaches the same in the menu of the row.
 */
export function MessageReactions(props: {
  row: MessageRow;
  members: readonly Pick<UserShort, "uuid" | "display_name">[];
}) {
  const { row, members } = props;
  const commands = useMessageCommands();
  const reactions = row.message?.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label="Reactions">
      {reactions.map(({ emoji, user_uuids }) => {
        const names = namesOf(user_uuids, members, commands.user_uuid);
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.reaction}
              tabIndex={-1}
              data-held="reactions"
              aria-pressed={user_uuids.includes(commands.user_uuid)}
              aria-label={`${emoji} ${user_uuids.length}, ${names}`}
              title={names}
              onClick={() => commands.toggleReaction(row, emoji)}
            >
              {emoji}
              <span>{user_uuids.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
