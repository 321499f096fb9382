import { useAvatar } from "../lib/avatar-store.ts";
import styles from "./avatar.module.css";

/** Colours with a contrast of at least 4.5:1 to white text, in both themes. */
const COLOURS = [
  "#9a3412",
  "#854d0e",
  "#3f6212",
  "#166534",
  "#115e59",
  "#1e5a8a",
  "#3730a3",
  "#6b21a8",
  "#9d174d",
  "#9f1239",
];

/** A person's picture, or their initials on a colour. Hidden from screen readers, because the name is next to it. */
export function Avatar(props: {
  user_uuid: string;
  display_name: string;
  /** In px. */
  size?: number;
}) {
  const { user_uuid, display_name, size = 44 } = props;
  const picture = useAvatar(user_uuid);
  return (
    <span
      className={styles.avatar}
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.38),
        backgroundColor: colourOf(user_uuid),
      }}
      // Written by the style sheet, because a control is named by the person and not by the initials.
      data-initials={initialsOf(display_name)}
      aria-hidden="true"
    >
      {picture !== null && (
        <img src={picture} alt="" width={size} height={size} draggable={false} />
      )}
    </span>
  );
}

/** The first characters of the first and last word, in any script. */
export function initialsOf(display_name: string): string {
  const words = display_name.trim().split(/\s+/u);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return picked
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

function colourOf(uuid: string): string {
  let hash = 0;
  for (const char of uuid) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return COLOURS[hash % COLOURS.length] ?? "#1e5a8a";
}
