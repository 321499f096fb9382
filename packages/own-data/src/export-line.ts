import type { OwnRecord } from "@cruddur/db/own-records";

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

/** A record as JSON holds it: each time is a text. */
type AsJson<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Field in keyof Value]: AsJson<Value[Field]> }
    : Value;

/** One line of an export, which is a file of JSON lines. Times are UTC, ISO 8601. */
export type ExportLine =
  | { type: "export"; version: 1; exported_at: string }
  | ({
      type: "profile";
      email: string;
      created_at: string;
      /** The name that signs in; null while it is the handle. */
      pool_username: string | null;
      handle_changed_at: string | null;
      suspended_at: string | null;
    } & ExportedPerson)
  | { type: "settings"; [setting: string]: unknown }
  /** Picture, earlier handles, sessions, passkeys, browsers with push, reports, and the audit log. */
  | AsJson<OwnRecord>
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
      marked_unread: boolean;
      /** Of a request that the person has not accepted; null where there is nothing to accept. */
      requested: string | null;
      /** Of a request to join a group: the uuid of whoever added the person. */
      requested_by: string | null;
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
      /** uuids of the people whom the text mentions. */
      mentions: readonly string[];
      /** What a system message says, and about whom. */
      system_kind: string | null;
      subjects: readonly string[];
      reactions: { user_uuid: string; emoji: string }[];
    }
  | ExportCheckpoint
  | { type: "end"; conversations: number; messages: number };
