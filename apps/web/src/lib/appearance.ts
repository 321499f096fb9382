import { createStore, useStore } from "./store.ts";
import {
  APPEARANCE_KEY,
  type Appearance,
  loadAppearance,
  readAppearance,
  showAppearance,
} from "./stored-appearance.ts";

/** What the settings show. The page itself is given its look by `first-paint.ts`. */
const appearance = createStore<Appearance>(loadAppearance());

addEventListener("storage", ({ key, newValue }) => {
  if (key === APPEARANCE_KEY) appearance.set(readAppearance(newValue));
});

/** Changes the appearance in this browser. */
export function setAppearance(change: Partial<Appearance>): void {
  const next = { ...appearance.get(), ...change };
  showAppearance(next);
  appearance.set(next);
  try {
    localStorage.setItem(APPEARANCE_KEY, JSON.stringify(next));
  } catch {
    // Without storage the change lasts until the page is closed.
  }
}

export function useAppearance(): Appearance {
  return useStore(appearance);
}
