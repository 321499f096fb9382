import { createStore, useStore } from "../../lib/store.ts";

/** What this browser does about new messages while the app is open but not in view. */
export interface NotificationPreferences {
  /** Shows them, where the browser allows notifications. */
  page: boolean;
  sound: boolean;
}

const KEY = "cruddur-notifications";
const DEFAULT: NotificationPreferences = { page: true, sound: true };

/** Takes what is stored, and ignores what an older or newer version has stored instead. */
export function readPreferences(stored: string | null): NotificationPreferences {
  try {
    const { page, sound } = JSON.parse(stored ?? "{}") as Partial<NotificationPreferences>;
    return { page: page ?? DEFAULT.page, sound: sound ?? DEFAULT.sound };
  } catch {
    return DEFAULT;
  }
}

const preferences = createStore(readPreferences(stored()));

/** Follows changes that other tabs make. Called once, when the app starts. */
export function followPreferences(): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) preferences.set(readPreferences(newValue));
  });
}

export const notificationPreferences = preferences.get;

export function useNotificationPreferences(): NotificationPreferences {
  return useStore(preferences);
}

export function setNotificationPreferences(change: Partial<NotificationPreferences>): void {
  const next = { ...preferences.get(), ...change };
  preferences.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage the change lasts until the page is closed.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
