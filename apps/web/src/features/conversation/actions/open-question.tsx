import type { UserShort } from "@cruddur/contract/users";
import { lazy, Suspense } from "react";
import type { MessageCommands, MessageQuestion } from "./message-commands.ts";

// Loaded when the first question is asked: most visits ask none.
const MessageQuestions = lazy(() => import("./message-questions.tsx"));

/** The dialog about a message, while there is one. */
export function OpenQuestion(props: {
  question: MessageQuestion | null;
  closeQuestion(): void;
  commands: MessageCommands;
  members: readonly Pick<UserShort, "uuid" | "display_name">[];
}) {
  const { question, closeQuestion, commands, members } = props;
  if (question === null) return null;
  return (
    <Suspense>
      <MessageQuestions {...{ question, commands, members }} onClose={closeQuestion} />
    </Suspense>
  );
}
