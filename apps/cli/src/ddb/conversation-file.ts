import { readFile } from "node:fs/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { messageTextSchema } from "@cruddur/contract/messages";
import type { ConversationLine } from "@cruddur/ddb/load-conversation";

/** Reads a conversation file (`parseConversation`). Throws CliError. */
export async function readConversationFile(path: string): Promise<ConversationLine[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new CliError(`can't read ${path}`);
  }
  return parseConversation(text);
}

/**
 * Reads the text of a conversation file: every line begins with `Person 1:` or `Person 2:`, and the
 * rest of the line is the message. Throws CliError, which names the first line that is something else.
 */
export function parseConversation(text: string): ConversationLine[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw new CliError("the conversation file is empty");
  return lines.map((line, index) => {
    const [, person, rest] = /^Person ([12]):(.*)$/.exec(line) ?? [];
    if (person === undefined) {
      throw new CliError(
        `line ${index + 1}: expected "Person 1: …" or "Person 2: …"; nothing was loaded`,
      );
    }
    const message = messageTextSchema.safeParse(rest);
    if (!message.success) {
      const [issue] = message.error.issues;
      throw new CliError(`line ${index + 1}: ${issue?.message}; nothing was loaded`);
    }
    return { person: person === "1" ? 1 : 2, message: message.data };
  });
}
