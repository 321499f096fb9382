import type { LiveEvent } from "@cruddur/contract/live-events";
import type { TrackedEnvelope } from "@trpc/server";

/** An event with the id that resumes after it. One object goes to all its streams. */
export type LiveEnvelope = TrackedEnvelope<LiveEvent>;

/** Events of one browser. */
export type LiveStream = AsyncIterable<LiveEnvelope>;

/** What servers tell each other: ids only, since text is read from the table by who needs it. */
export type LiveNotice =
  | {
      type: "message";
      message_group_uuid: string;
      message_uuid: string;
      member_count: number;
      /** Of small groups, so that nobody has to look them up. */
      members?: string[];
    }
  | {
      type: "read";
      message_group_uuid: string;
      user_uuid: string;
      message_uuid: string;
      unread_count: number;
    }
  | { type: "typing"; message_group_uuid: string; user_uuid: string }
  | { type: "user"; user_uuid: string; handle: string; to: string[] }
  | { type: "signed_out"; user_uuid: string; atMs: number }
  /** Notices of some server were lost: who is connected should read the lists again. */
  | { type: "lost" };
