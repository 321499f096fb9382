import { MESSAGE_MAX_BYTES, MESSAGE_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, countChars, isBlank, normalizeText } from "@cruddur/contract/text";

/** From here on the count is shown; screen readers always have it. */
const SHOWN_FROM_LEFT = 100;

const number = new Intl.NumberFormat("en");

export interface MessageLength {
  /** Characters left, as people count them; with a minus sign when too long. */
  left: string;
  isShown: boolean;
  /** Why the text can't be sent, in words; null when it can. */
  problem: string | null;
  /** The count in words. */
  words: string;
}

/** Measures a text as the server will. */
export function measureMessage(text: string): MessageLength {
  const message = normalizeText(text);
  if (isBlank(message)) {
    return {
      left: number.format(MESSAGE_MAX_CHARS),
      isShown: false,
      problem: "Write something first.",
      words: charactersLeft(MESSAGE_MAX_CHARS),
    };
  }
  const count = MESSAGE_MAX_CHARS - countChars(message);
  const left = number.format(count).replace("-", "\u2212");
  const excessBytes = countBytes(message) - MESSAGE_MAX_BYTES;
  const words = count < 0 ? `${plural(-count)} too many` : charactersLeft(count);
  if (count < 0) return { left, isShown: true, problem: `${words}. Shorten the message.`, words };
  if (excessBytes > 0) {
    const problem = "This takes too much space, although it isn't long. Split the message.";
    return { left, isShown: true, problem, words: problem };
  }
  return { left, isShown: count <= SHOWN_FROM_LEFT, problem: null, words };
}

function charactersLeft(count: number): string {
  return `${plural(count)} left`;
}

function plural(count: number): string {
  return count === 1 ? "1 character" : `${number.format(count)} characters`;
}
