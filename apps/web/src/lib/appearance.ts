import { createStore, useStore } from "./store.ts";

export const THEMES = ["system", "light", "dark"] as const;
export const TEXT_SIZES = ["small", "normal", "large", "largest"] as const;

/** How the app looks on this device. */
export interface Appearance {
  theme: (typeof THEMES)[number];
  textSize: (typeof TEXT_SIZES)[number];
}

const KEY = "cruddur-appearance";
const DEFAULT: Appearance = { theme: "system", textSize: "normal" };

const appearance = createStore<Appearance>(DEFAULT);

/** Takes what is stored, and ignores what an older or newer version has stored instead. */
export function readAppearance(stored: string | null): Appearance {
  try {
    const { theme, textSize } = JSON.parse(stored ?? "{}") as Partial<Appearance>;
    return {
      theme: THEMES.find((known) => known === theme) ?? DEFAULT.theme,
      textSize: TEXT_SIZES.find((known) => known === textSize) ?? DEFAULT.textSize,
    };
  } catch {
    return DEFAULT;
  }
}

/** Shows the stored appearance, and follows changes of other tabs. Called once, when the app starts. */
export function startAppearance(): void {
  const show = (stored: string | null) => apply(readAppearance(stored));
  show(storedAppearance());
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) show(newValue);
  });
}

/** Changes the appearance in this browser. */
export function setAppearance(change: Partial<Appearance>): void {
  const next = { ...appearance.get(), ...change };
  apply(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage the change lasts until the page is closed.
  }
}

export function useAppearance(): Appearance {
  return useStore(appearance);
}

function storedAppearance(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply(next: Appearance): void {
  const { dataset } = document.documentElement;
  dataset.theme = next.theme;
  dataset.textSize = next.textSize;
  appearance.set(next);
}
