import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import { joinNames } from "./names.ts";

/** What a system message says, from a message or from the newest message of a conversation. */
export interface SystemEvent {
  kind: Message["kind"];
  /** Who did it. */
  user_uuid: string;
  display_name: string;
  /** Whom it is about, at least the first of them. */
  subjects: readonly UserShort[];
  subject_count: number;
  /** The group's new name; "" for none. */
  name: string;
}

/** A system message as a sentence for one reader, such as "Andrew added Mira and you". */
export function describeSystem(event: SystemEvent, reader_uuid: string): string {
  const { kind, user_uuid, display_name, name, subject_count } = event;
  const isReader = user_uuid === reader_uuid;
  const actor = isReader ? "You" : display_name;
  const people = event.subjects.map((subject) => {
    if (subject.uuid !== reader_uuid) return subject.display_name;
    return isReader ? "yourself" : "you";
  });
  const whom = joinNames(people, Math.max(subject_count, people.length));
  switch (kind) {
    case "created":
      return name === "" ? `${actor} created the group` : `${actor} created the group “${name}”`;
    case "renamed":
      return name === ""
        ? `${actor} removed the group's name`
        : `${actor} named the group “${name}”`;
    case "added":
      return `${actor} added ${whom}`;
    case "removed":
      return `${actor} removed ${whom}`;
    case "left":
      return `${actor} left`;
    case "owner_changed":
      return `${actor} made ${whom} the owner`;
    default:
      // A newer server may know more kinds.
      return `${actor} changed the group`;
  }
}

/** `describeSystem` of a message. */
export function describeSystemMessage(message: Message, reader_uuid: string): string {
  const { subjects, message: name } = message;
  return describeSystem(
    { ...message, subjects, subject_count: subjects.length, name },
    reader_uuid,
  );
}
