import type { MouseEvent } from "react";
import styles from "./settings-nav.module.css";

/** The id of the heading, or of the section, that each link leads to. */
const SECTIONS = [
  ["profile", "Profile"],
  ["appearance", "Appearance"],
  ["notifications", "Notifications"],
  ["privacy", "Privacy"],
  ["blocked", "Blocked people"],
  ["security", "Security"],
  ["passkeys", "Passkeys"],
  ["devices", "Your devices"],
  ["own-data", "Your data"],
] as const;

/** Links to the sections of the settings. The links stay in view beside the sections, or above them on a phone. */
export function SettingsNav() {
  return (
    <nav className={styles.nav} aria-label="Sections">
      <ul className={styles.links}>
        {SECTIONS.map(([id, name]) => (
          <li key={id}>
            <a href={`#${id}`} onClick={(event) => goTo(event, id)}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Goes to a section without an entry in the tab's history, so that the page's back link leaves the settings at once. */
function goTo(event: MouseEvent, id: string): void {
  const target = document.getElementById(id);
  if (target === null) return;
  event.preventDefault();
  target.closest("section")?.scrollIntoView();
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
