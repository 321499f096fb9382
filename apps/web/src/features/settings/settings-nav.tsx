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

/** Leads to the sections of the settings. It stays in view: beside them, or above them on a phone. */
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

/** Without an entry in the tab's history, so that the arrow of the page still leads back at once. */
function goTo(event: MouseEvent, id: string): void {
  const target = document.getElementById(id);
  if (target === null) return;
  event.preventDefault();
  target.closest("section")?.scrollIntoView();
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
