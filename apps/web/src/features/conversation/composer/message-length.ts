import { MESSAGE_MAX_BYTES, MESSAGE_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, countChars, isBlank, normalizeText } from "@cruddur/contract/text";

/** The count is shown when this many characters or fewer are left. Screen readers always have it. */
const SHOWN_FROM_LEFT = 100;

const number = new Intl.NumberFormat("en");

export interface MessageLength {
  /** Graphemes left, with a minus sign when the text is too long. */
  left: string;
  isShown: boolean;
  /** Why the text can't be sent, as a sentence; null when it can. */
  problem: string | null;
  /** The count as a phrase, for screen readers. */
  text: string;
}

/** Measures a text by the rules of the server. */
export function measureMessage(draft: string): MessageLength {
  const message = normalizeText(draft);
  if (isBlank(message)) {
    return {
      left: number.format(MESSAGE_MAX_CHARS),
      isShown: false,
      problem: "Write something first.",
      text: charactersLeft(MESSAGE_MAX_CHARS),
    };
  }
  const count = MESSAGE_MAX_CHARS - countChars(message);
  const left = number.format(count).replace("-", "\u2212");
  if (count < 0) {
    const tooMany = `${plural(-count)} too many`;
    return { left, isShown: true, problem: `${tooMany}. Shorten the message.`, text: tooMany };
  }
  if (countBytes(message) > MESSAGE_MAX_BYTES) {
    const problem = "This message takes too much space. Split it into several messages.";
    return { left, isShown: true, problem, text: problem };
  }
  const isShown = count <= SHOWN_FROM_LEFT;
  return { left, isShown, problem: null, text: charactersLeft(count) };
}

function charactersLeft(count: number): string {
  return `${plural(count)} left`;
}

function plural(count: number): string {
  return count === 1 ? "1 character" : `${number.format(count)} characters`;
}
