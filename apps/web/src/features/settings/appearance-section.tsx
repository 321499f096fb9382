import { setAppearance, useAppearance } from "../../lib/appearance.ts";
import { TEXT_SIZES, THEMES } from "../../lib/stored-appearance.ts";
import { Choice } from "../../ui/choice.tsx";
import styles from "./settings-page.module.css";

const named = <Value extends string>(values: readonly Value[]) =>
  values.map((value) => ({ value, label: value[0]?.toUpperCase() + value.slice(1) }));

/** Settings of the theme and the size of text. They belong to this browser, not to the account. */
export function AppearanceSection() {
  const { theme, textSize } = useAppearance();
  return (
    <section className={styles.section} aria-labelledby="appearance">
      <h2 id="appearance">Appearance</h2>
      <Choice
        label="Theme"
        options={named(THEMES)}
        value={theme}
        onChange={(next) => setAppearance({ theme: next })}
      />
      <Choice
        label="Text size"
        options={named(TEXT_SIZES)}
        value={textSize}
        onChange={(next) => setAppearance({ textSize: next })}
      />
    </section>
  );
}
