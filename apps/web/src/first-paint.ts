import {
  APPEARANCE_KEY,
  loadAppearance,
  readAppearance,
  showAppearance,
} from "./lib/stored-appearance.ts";

// The one script that the page waits for: without it, the page would flash in the other theme. It
// also follows what other tabs choose.
showAppearance(loadAppearance());
addEventListener("storage", ({ key, newValue }) => {
  if (key === APPEARANCE_KEY) showAppearance(readAppearance(newValue));
});
