import styles from "./inbox-filter.module.css";

/**
 * The choice between all conversations and those with unread messages.
 * @param props.count the number of unread messages as text; "" for none
 */
export function InboxFilter(props: {
  unread: boolean;
  count: string;
  onChange(unread: boolean): void;
}) {
  const { unread, count, onChange } = props;
  return (
    <fieldset className={styles.filter}>
      <legend className="visually-hidden">Conversations to show</legend>
      <button type="button" aria-pressed={!unread} onClick={() => onChange(false)}>
        All
      </button>
      <button type="button" aria-pressed={unread} onClick={() => onChange(true)}>
        Unread
        {count !== "" && <span className={styles.count}>{count}</span>}
      </button>
    </fieldset>
  );
}
