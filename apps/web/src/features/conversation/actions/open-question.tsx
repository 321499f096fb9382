import type { UserShort } from "@cruddur/contract/users";
import type { MessageCommands, MessageQuestion } from "./message-commands.ts";
import { MessageQuestions } from "./message-questions.tsx";

/** The dialog about a message, while there is one. */
export function OpenQuestion(props: {
  question: MessageQuestion | null;
  closeQuestion(): void;
  commands: MessageCommands;
  members: readonly Pick<UserShort, "uuid" | "display_name">[];
}) {
  const { question, closeQuestion, commands, members } = props;
  if (question === null) return null;
  return <MessageQuestions {...{ question, commands, members }} onClose={closeQuestion} />;
}
