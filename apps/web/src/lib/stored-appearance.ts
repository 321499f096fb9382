export const THEMES = ["system", "light", "dark"] as const;
export const TEXT_SIZES = ["small", "normal", "large", "largest"] as const;

/** How the app looks on this device. */
export interface Appearance {
  theme: (typeof THEMES)[number];
  textSize: (typeof TEXT_SIZES)[number];
}

export const APPEARANCE_KEY = "cruddur-appearance";
export const DEFAULT_APPEARANCE: Appearance = { theme: "system", textSize: "normal" };

/** What this browser has stored. */
export function loadAppearance(): Appearance {
  try {
    return readAppearance(localStorage.getItem(APPEARANCE_KEY));
  } catch {
    return DEFAULT_APPEARANCE;
  }
}

/** Takes what is stored, and ignores what an older or newer version has stored instead. */
export function readAppearance(stored: string | null): Appearance {
  try {
    const { theme, textSize } = JSON.parse(stored ?? "{}") as Partial<Appearance>;
    return {
      theme: THEMES.find((known) => known === theme) ?? DEFAULT_APPEARANCE.theme,
      textSize: TEXT_SIZES.find((known) => known === textSize) ?? DEFAULT_APPEARANCE.textSize,
    };
  } catch {
    return DEFAULT_APPEARANCE;
  }
}

/** Gives the page the look, which the style sheets take from its root. */
export function showAppearance({ theme, textSize }: Appearance): void {
  const { dataset } = document.documentElement;
  dataset.theme = theme;
  dataset.textSize = textSize;
}
