import { IconButton } from "../../../ui/icon-button.tsx";
import { MoreIcon } from "../../../ui/icons.tsx";
import { ReplyIcon, SmileIcon } from "../../../ui/message-icons.tsx";
import type { MessageRow } from "../feed/feed-rows.ts";
import { useMessageCommands } from "./message-commands.ts";
import type { MessageMenuHandle } from "./message-menu.tsx";
import styles from "./message-tools.module.css";

/** The buttons beside a message for pointers. The keyboard reaches the same in the menu of the row. */
export function MessageTools(props: { row: MessageRow; openMenu: MessageMenuHandle["open"] }) {
  const { row, openMenu } = props;
  const commands = useMessageCommands();
  const can = commands.actionsOn(row);
  return (
    <div className={styles.tools} data-tools>
      {can.has("react") && (
        <IconButton
          className={styles.quick}
          tabIndex={-1}
          aria-label="React"
          title="React"
          aria-haspopup="menu"
          onClick={(event) => openMenu(row, event.currentTarget, "reactions")}
        >
          <SmileIcon />
        </IconButton>
      )}
      {can.has("reply") && (
        <IconButton
          className={styles.quick}
          tabIndex={-1}
          aria-label="Reply"
          title="Reply (R)"
          onClick={() => commands.reply(row)}
        >
          <ReplyIcon />
        </IconButton>
      )}
      <IconButton
        className={styles.more}
        tabIndex={-1}
        aria-label="Message actions"
        title="More"
        aria-haspopup="menu"
        onClick={(event) => openMenu(row, event.currentTarget)}
      >
        <MoreIcon />
      </IconButton>
    </div>
  );
}
