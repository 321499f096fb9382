/** A person, as a line of an export names them. */
export interface ExportedPerson {
  uuid: string;
  /** Empty for a deleted account. */
  handle: string;
  display_name: string;
}

/** Where an export that was cut off goes on. Every page ends with one. */
export interface ExportCheckpoint {
  type: "checkpoint";
  message_group_uuid: string;
  /** The last exported message of that conversation; null where the conversation is complete. */
  message_uuid: string | null;
  /** How much came before. */
  conversations: number;
  messages: number;
}

/** One line of an export, which is a file of JSON lines. Times are UTC, ISO 8601. */
export type ExportLine =
  | { type: "export"; version: 1; exported_at: string }
  | ({ type: "profile"; email: string; created_at: string } & ExportedPerson)
  | { type: "settings"; [setting: string]: unknown }
  | ({ type: "blocked" } & ExportedPerson)
  | {
      type: "conversation";
      uuid: string;
      /** Of a group. */
      name: string | null;
      folder: string;
      joined_at: string | null;
      read_message_uuid: string | null;
      muted_until: string | null;
      members: ExportedPerson[];
    }
  | {
      type: "message";
      uuid: string;
      message_group_uuid: string;
      from: ExportedPerson;
      created_at: string;
      edited_at: string | null;
      deleted_at: string | null;
      /** Empty for a deleted message. */
      message: string;
      reply_to: string | null;
      /** What a system message says, and about whom. */
      system_kind: string | null;
      subjects: readonly string[];
      reactions: { user_uuid: string; emoji: string }[];
    }
  | ExportCheckpoint
  | { type: "end"; conversations: number; messages: number };
