import styles from "./skip-links.module.css";

/** The first targets of the Tab key: links that skip to the conversation or to the list. */
export function SkipLinks() {
  const jump = (selector: string) => () => {
    const targets = [...document.querySelectorAll<HTMLElement>(selector)];
    const target = targets.find((element) => element.checkVisibility());
    if (target?.matches("h1, h2")) target.tabIndex = -1;
    target?.focus();
  };
  return (
    <div className={styles.links}>
      <button
        type="button"
        onClick={jump("#conversation textarea, #conversation h1, #conversation h2")}
      >
        Skip to the conversation
      </button>
      <button type="button" onClick={jump("#conversations li a, #conversations button")}>
        Skip to the list of conversations
      </button>
    </div>
  );
}
