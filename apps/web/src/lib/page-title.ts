import { useEffect } from "react";
import { createStore, useStore } from "./store.ts";

const APP_NAME = "Cruddur Messages";
const UNREAD_SHOWN_MAX = 99;

const title = createStore<string | null>(null);
/** The text of the badge; "" for none. */
export const unread = createStore("");

/** Sets the page's name in the title of the tab. */
export function usePageTitle(name: string | null): void {
  useEffect(() => {
    title.set(name);
  }, [name]);
}

/** Sets the number in the tab's title and icon while the component is mounted. */
export function useUnreadBadge(label: string): void {
  useEffect(() => {
    unread.set(label);
    return () => unread.set("");
  }, [label]);
}

/** Writes the tab's title and icon. Render it once. */
export function TabBadge(): null {
  const name = useStore(title);
  const badge = useStore(unread);
  useEffect(() => {
    const label = name === null ? APP_NAME : `${name} · ${APP_NAME}`;
    document.title = badge === "" ? label : `(${badge}) ${label}`;
  }, [name, badge]);
  useEffect(() => {
    const link = document.getElementById("favicon");
    link?.setAttribute("href", badge === "" ? "/favicon.svg" : badgedIcon(badge));
  }, [badge]);
  return null;
}

/** An unread count as text: "99+" above ninety-nine, "" for none. `isMore` adds a plus sign. */
export function formatUnread(count: number, isMore = false): string {
  if (count > UNREAD_SHOWN_MAX) return `${UNREAD_SHOWN_MAX}+`;
  return count === 0 ? "" : `${count}${isMore ? "+" : ""}`;
}

function badgedIcon(text: string): string {
  const size = text.length === 1 ? 17 : text.length === 2 ? 14 : 10;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#1d5fd1" d="M7 4h18a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5H15l-6.6 4.9A.9.9 0 0 1 7 28.2V24a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5z"/><circle cx="21" cy="11" r="11" fill="#b3261e"/><text x="21" y="11" dy=".36em" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${size}" fill="#fff">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
