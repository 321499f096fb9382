/** How many people take part in an operation history. */
export const PEOPLE_COUNT = 4;

/** What a member does with their own view of a conversation. */
export type FilingChange =
  | "accept"
  | "archive"
  | "unarchive"
  | "pin"
  | "unpin"
  | "mute"
  | "unmute"
  | "mark_unread";

/** What becomes of a stranger's first message. */
export type FirstMessage = "accepted" | "inbox" | "requests" | "refused";

/**
 * One operation. Numbers choose (modulo) among what exists when the operation runs, so that every
 * list of operations is valid, and shrinking never produces an invalid one.
 */
export type Operation =
  /** Sends a message to a person, which creates the pair's message group if needed. */
  | {
      type: "send_to_person";
      from: number;
      to: number;
      text: string;
      attempts: number;
      firstMessage: FirstMessage;
    }
  | { type: "create_message_group"; people: number[] }
  | { type: "send"; from: number; messageGroup: number; text: string; attempts: number }
  /** Sends a draft again with its client id, whether or not it was acknowledged. */
  | { type: "retry"; draft: number }
  | { type: "edit"; person: number; messageGroup: number; message: number; text: string }
  | { type: "delete"; person: number; messageGroup: number; message: number }
  | { type: "react"; person: number; messageGroup: number; message: number; emoji: number }
  | { type: "unreact"; person: number; messageGroup: number; message: number; emoji: number }
  /** Sends a change of a message again with its op_id, however long ago it was made. */
  | { type: "retry_change"; change: number }
  | { type: "read_messages"; person: number; messageGroup: number; limit: number }
  | { type: "read_inbox"; person: number; limit: number }
  | { type: "mark_read"; person: number; messageGroup: number; message: number }
  | { type: "file"; person: number; messageGroup: number; change: FilingChange }
  | { type: "block"; person: number; other: number }
  | { type: "unblock"; person: number; other: number }
  /** Deletes a message for oneself alone. */
  | { type: "hide"; person: number; messageGroup: number; message: number }
  | { type: "rename"; actor: number; messageGroup: number; name: string | null }
  | {
      type: "add_member";
      actor: number;
      person: number;
      messageGroup: number;
      shareHistory: boolean;
    }
  | { type: "remove_member"; actor: number; person: number; messageGroup: number }
  | { type: "leave"; actor: number; messageGroup: number }
  | { type: "make_owner"; actor: number; person: number; messageGroup: number }
  /** A member leaves and is added again at once. */
  | { type: "rejoin"; actor: number; messageGroup: number }
  /** Sends a change of a group again with its op_id, however long ago it was made. */
  | { type: "retry_group_change"; change: number }
  /** Erases a person; the run is killed after so many calls, and another one goes on. */
  | { type: "erase"; person: number; killedAfter: number }
  /** Delivers stream records to the Lambda. */
  | { type: "deliver"; records: number };

export interface OperationHistory {
  /** The steps run one after the other; the operations of one step run concurrently. */
  steps: Operation[][];
  /**
   * Which of the waiting requests of a step runs next (modulo); after the last entry,
   * the first is used again. All zeros means that requests run in the order of their arrival.
   */
  schedule: number[];
}
