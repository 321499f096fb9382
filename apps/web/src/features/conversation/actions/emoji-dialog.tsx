import { isEmoji } from "@cruddur/contract/text";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { describeCode } from "../../../lib/errors.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { EMOJI_BY_KIND } from "./emoji.ts";
import styles from "./emoji-dialog.module.css";

/** Offers many emoji, and a field for any other. The arrow keys move between them. */
export function EmojiDialog(props: { onChoose(emoji: string): void; onClose(): void }) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const emoji = typed.trim();
    if (isEmoji(emoji)) props.onChoose(emoji);
    else setProblem(describeCode("emoji_invalid"));
  }

  return (
    <Dialog title="React" onClose={props.onClose}>
      <div className={styles.emoji} role="toolbar" aria-label="Emoji" onKeyDown={moveFocus}>
        {EMOJI_BY_KIND.map(([kind, emoji], index) => (
          <fieldset key={kind}>
            <legend>{kind}</legend>
            <div className={styles.grid}>
              {emoji.map((each, at) => (
                <button
                  key={each}
                  type="button"
                  tabIndex={index + at === 0 ? 0 : -1}
                  data-autofocus={index + at === 0 || undefined}
                  onClick={() => props.onChoose(each)}
                >
                  {each}
                </button>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="Or any other emoji"
          value={typed}
          error={problem}
          autoComplete="off"
          onChange={(event) => {
            setProblem(null);
            setTyped(event.target.value);
          }}
        />
        <Button type="submit">React</Button>
      </form>
    </Dialog>
  );
}

/** Moves the focus to the next emoji in a direction, and makes it the one that Tab reaches. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const from = document.activeElement;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const at = all.indexOf(from as HTMLElement);
  const next = nextOf(event.key, all, at);
  if (next === undefined) return;
  event.preventDefault();
  for (const button of all) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

function nextOf(key: string, all: readonly HTMLElement[], at: number): HTMLElement | undefined {
  const current = all[at];
  if (current === undefined) return undefined;
  const isInColumn = (button: HTMLElement) => button.offsetLeft === current.offsetLeft;
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "ArrowDown") return all.slice(at + 1).find(isInColumn);
  if (key === "ArrowUp") return all.slice(0, at).findLast(isInColumn);
  if (key === "Home") return all[0];
  return key === "End" ? all.at(-1) : undefined;
}
