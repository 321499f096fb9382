import { focusOnOpening } from "../../../ui/menu.tsx";
import { PlusIcon } from "../../../ui/message-icons.tsx";
import type { MessageRow } from "../feed/feed-rows.ts";
import { QUICK_EMOJI } from "./emoji.ts";
import { useMessageCommands } from "./message-commands.ts";
import styles from "./quick-reactions.module.css";

/** The usual reactions as items of a menu, side by side, and one that leads to more. */
export function QuickReactions({ row, isAlone }: { row: MessageRow; isAlone: boolean }) {
  const commands = useMessageCommands();
  const close = (item: HTMLElement) => item.closest<HTMLElement>("[popover]")?.hidePopover();
  const own = (row.message?.reactions ?? [])
    .filter(({ user_uuids }) => user_uuids.includes(commands.user_uuid))
    .map(({ emoji }) => emoji);
  return (
    <fieldset aria-label="React" className={styles.reactions}>
      {QUICK_EMOJI.map((emoji, index) => (
        <button
          key={emoji}
          ref={isAlone && index === 0 ? focusOnOpening : undefined}
          type="button"
          role="menuitemcheckbox"
          aria-checked={own.includes(emoji)}
          tabIndex={-1}
          onClick={(event) => {
            close(event.currentTarget);
            commands.toggleReaction(row, emoji);
          }}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        aria-label="More emoji"
        title="More emoji"
        onClick={(event) => {
          close(event.currentTarget);
          commands.ask({ kind: "emoji", row });
        }}
      >
        <PlusIcon />
      </button>
    </fieldset>
  );
}
