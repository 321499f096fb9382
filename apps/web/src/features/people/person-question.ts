import { createStore } from "../../lib/store.ts";

/** A question about a person that covers the page: whether to block them, or why to report them. */
export interface PersonQuestion {
  kind: "block" | "report";
  user_uuid: string;
  display_name: string;
  /** What a report is about besides the person. */
  message_group_uuid?: string;
  message_uuid?: string;
}

export const personQuestion = createStore<PersonQuestion | null>(null);

/** Opens the dialog from a menu or a button, which may be gone when it is answered. */
export function askAboutPerson(question: PersonQuestion): void {
  personQuestion.set(question);
}
