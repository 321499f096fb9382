import { readFile } from "node:fs/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { MESSAGE_MAX_BYTES, MESSAGE_MAX_CHARS } from "@cruddur/contract/limits";
import { messageTextSchema } from "@cruddur/contract/message-text";
import type { ConversationLine } from "@cruddur/ddb/load-conversation";

/** Reads a conversation file (`parseConversation`). Throws CliError. */
export async function readConversationFile(path: string): Promise<ConversationLine[]> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch {
    throw new CliError(`can't read ${path}`);
  }
  return parseConversation(file);
}

/**
 * Reads a conversation file in UTF-8: every line is `Person 1: ` or `Person 2: `, with the space,
 * and a message as people could send it. Throws CliError, which names the first line that is not.
 */
export function parseConversation(file: Buffer): ConversationLine[] {
  const lines = splitLines(file);
  if (lines.length === 0) throw new CliError("the conversation file is empty");
  return lines.map((bytes, index) => {
    const line = parseLine(bytes);
    if (typeof line !== "string") return line;
    throw new CliError(`line ${index + 1}: ${line}; nothing was loaded`);
  });
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Splits bytes rather than text, so that a line that is not UTF-8 can be named. */
function splitLines(file: Buffer): Buffer[] {
  let rest = file.indexOf(BYTE_ORDER_MARK) === 0 ? file.subarray(BYTE_ORDER_MARK.length) : file;
  const lines: Buffer[] = [];
  while (rest.length > 0) {
    const end = rest.indexOf(LINE_FEED);
    const line = end === -1 ? rest : rest.subarray(0, end);
    lines.push(line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
    rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
  }
  return lines;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** More than any script puts on one letter; beyond it, marks are piled up to overflow the line. */
const PILED_MARKS = /\p{M}{9}/u;

const PROBLEMS: Readonly<Record<string, string>> = {
  message_blank: "the message is empty",
  message_exceed_max_chars: `the message is longer than ${MESSAGE_MAX_CHARS} characters`,
  message_exceed_max_bytes: `the message is longer than ${MESSAGE_MAX_BYTES} bytes`,
};

/** @returns the line, or what is wrong with it */
function parseLine(bytes: Buffer): ConversationLine | string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return "the text isn't valid UTF-8";
  }
  const [, person, rest] = /^Person ([12]): (.*)$/su.exec(text) ?? [];
  if (person === undefined) return 'expected "Person 1: …" or "Person 2: …"';
  if (text.includes("\0")) return "the message contains a NUL character";
  if (PILED_MARKS.test(text)) return "a character has more than 8 combining marks";
  const message = messageTextSchema.safeParse(rest);
  if (!message.success) {
    const problem = message.error.issues[0]?.message ?? "";
    return PROBLEMS[problem] ?? problem;
  }
  return { person: person === "1" ? 1 : 2, message: message.data };
}
