// Generated from the contract's schemas by `pnpm generate-docs`.

export type MessageGroupsRenameOutput = null;
export type MessageGroupsAddOutput = null;
export type MessageGroupsRemoveOutput = null;
export type MessageGroupsLeaveOutput = null;
export type MessageGroupsMakeOwnerOutput = null;
export type MessagesHideOutput = null;
export type MessagesTypingOutput = null;
export type UsersAvatarsOutput = {
  user_uuid: string;
  /**
   * Path of the person's picture on this server. Another picture has another path.
   */
  avatar: string;
}[];
export type UsersEndSessionOutput = null;
export type UsersErasureOutput = Erasure | null;
export type UsersBlockOutput = null;
export type UsersUnblockOutput = null;
export type UsersReportOutput = null;
export type PushSubscribeOutput = null;
export type PushUnsubscribeOutput = null;
/**
 * What a live connection delivers. `resync` means that more was missed than is sent again: read the lists again.
 */
export type LiveEvent =
  | {
      type: "ready";
    }
  | {
      type: "resync";
    }
  | {
      type: "message";
      message: Message;
    }
  | {
      type: "message_changed";
      message: Message;
    }
  | {
      type: "message_hidden";
      message_group_uuid: string;
      message_uuid: string;
    }
  | {
      type: "read";
      message_group_uuid: string;
      user_uuid: string;
      message_uuid: string;
      /**
       * The reader's own count of unread messages; null in the event that the other members receive.
       */
      unread_count: number | null;
    }
  | {
      type: "typing";
      message_group_uuid: string;
      user_uuid: string;
    }
  | {
      type: "message_group_changed";
      message_group_uuid: string;
    }
  | {
      type: "group_changed";
      message_group_uuid: string;
    }
  | {
      type: "group_left";
      message_group_uuid: string;
      /**
       * Whether the receiver left or the owner removed them; null where it isn't known.
       */
      reason: ("left" | "removed") | null;
    }
  | {
      type: "user";
      user: UserShort;
    }
  | {
      type: "signed_out";
    };
/**
 * What went wrong: one of a closed set of codes.
 */
export type AppCode =
  | "unauthenticated"
  | "token_expired"
  | "cognito_user_id_blank"
  | "account_suspended"
  | "sign_in_failed"
  | "passkey_refused"
  | "passkeys_full"
  | "second_factor_required"
  | "password_wrong"
  | "user_not_confirmed"
  | "confirmation_code_wrong"
  | "confirmation_code_expired"
  | "password_rejected"
  | "handle_taken"
  | "handle_changed_recently"
  | "email_taken"
  | "not_a_member"
  | "not_the_sender"
  | "cannot_message"
  | "request_limit_reached"
  | "pins_full"
  | "not_the_owner"
  | "message_before_joined"
  | "origin_refused"
  | "invalid_input"
  | "message_group_uuid_blank"
  | "user_receiver_handle_blank"
  | "user_receiver_is_self"
  | "user_not_found"
  | "message_not_found"
  | "message_blank"
  | "message_exceed_max_chars"
  | "message_exceed_max_bytes"
  | "message_deleted"
  | "message_hidden"
  | "message_edit_window_closed"
  | "message_edits_full"
  | "message_not_changeable"
  | "not_a_group"
  | "group_full"
  | "group_too_small"
  | "group_name_invalid"
  | "user_not_in_group"
  | "reactions_full"
  | "emoji_invalid"
  | "client_id_blank"
  | "client_id_reused"
  | "handle_invalid"
  | "display_name_blank"
  | "display_name_exceed_max_chars"
  | "avatar_invalid"
  | "cursor_invalid"
  | "payload_too_large"
  | "not_found"
  | "rate_limited"
  | "unavailable"
  | "internal_error";

/**
 * Every procedure of the API, by its group and name.
 */
export interface Procedures {
  messageGroups: {
    /**
     * A page of one of the caller's folders, the conversation with the newest message first.
     */
    list: {
      kind: "query";
      input: MessageGroupsListInput;
      output: MessageGroupsListOutput;
    };
    /**
     * One conversation of the caller, with its members and how far they have read.
     */
    get: {
      kind: "query";
      input: MessageGroupsGetInput;
      output: MessageGroupDetail;
    };
    /**
     * Moves the caller's read marker forward to a message; it never moves back.
     */
    markRead: {
      kind: "mutation";
      input: MessageGroupsMarkReadInput;
      output: MessageGroupsMarkReadOutput;
    };
    /**
     * Moves a conversation into the caller's archive. It comes back with the next message unless it is muted.
     */
    archive: {
      kind: "mutation";
      input: MessageGroupsArchiveInput;
      output: MessageGroup;
    };
    /**
     * Moves a conversation out of the caller's archive.
     */
    unarchive: {
      kind: "mutation";
      input: MessageGroupsUnarchiveInput;
      output: MessageGroup;
    };
    /**
     * Puts a conversation above the others of the caller's inbox, at most 5 at a time.
     */
    pin: {
      kind: "mutation";
      input: MessageGroupsPinInput;
      output: MessageGroup;
    };
    /**
     * Puts a pinned conversation back among the others of the caller's inbox.
     */
    unpin: {
      kind: "mutation";
      input: MessageGroupsUnpinInput;
      output: MessageGroup;
    };
    /**
     * Mutes a conversation for the caller until a moment, or ends its silence. It goes on counting unread messages.
     */
    mute: {
      kind: "mutation";
      input: MessageGroupsMuteInput;
      output: MessageGroup;
    };
    /**
     * Marks a conversation as unread until the caller reads it again; its read marker stays.
     */
    markUnread: {
      kind: "mutation";
      input: MessageGroupsMarkUnreadInput;
      output: MessageGroup;
    };
    /**
     * Accepts a conversation that a stranger began. An answer accepts it, too.
     */
    accept: {
      kind: "mutation";
      input: MessageGroupsAcceptInput;
      output: MessageGroup;
    };
    /**
     * Makes a group of the caller, who becomes its owner, and of other people by handle: 3 to 50 members together. A repeated `client_id` returns the first group.
     */
    create: {
      kind: "mutation";
      input: MessageGroupsCreateInput;
      output: MessageGroupsCreateOutput;
    };
    /**
     * Gives a group of the caller another name, or none.
     */
    rename: {
      kind: "mutation";
      input: MessageGroupsRenameInput;
      output: MessageGroupsRenameOutput;
    };
    /**
     * Adds people to a group of the caller, all or none. Who is a member already stays one. They read nothing that was written before unless the caller shares it.
     */
    add: {
      kind: "mutation";
      input: MessageGroupsAddInput;
      output: MessageGroupsAddOutput;
    };
    /**
     * Removes a member from a group that the caller owns, at once on every connection.
     */
    remove: {
      kind: "mutation";
      input: MessageGroupsRemoveInput;
      output: MessageGroupsRemoveOutput;
    };
    /**
     * Takes the caller out of a group. The member who joined first becomes the owner where the owner leaves.
     */
    leave: {
      kind: "mutation";
      input: MessageGroupsLeaveInput;
      output: MessageGroupsLeaveOutput;
    };
    /**
     * Makes another member the owner of a group that the caller owns.
     */
    makeOwner: {
      kind: "mutation";
      input: MessageGroupsMakeOwnerInput;
      output: MessageGroupsMakeOwnerOutput;
    };
  };
  messages: {
    /**
     * A page of a conversation's messages, oldest first within the page; without a cursor, the newest page.
     */
    list: {
      kind: "query";
      input: MessagesListInput;
      output: MessagesListOutput;
    };
    /**
     * Sends a message to a conversation by its uuid, or to a person by handle. A repeated `client_id` returns the first message.
     */
    create: {
      kind: "mutation";
      input: MessagesCreateInput;
      output: Message;
    };
    /**
     * One message of a conversation, such as the one that another message answers.
     */
    get: {
      kind: "query";
      input: MessagesGetInput;
      output: Message;
    };
    /**
     * Replaces the text of a message of the caller's own, within 24 hours; the earlier text is not kept. A repeated `op_id` returns the message as it is.
     */
    edit: {
      kind: "mutation";
      input: MessagesEditInput;
      output: Message;
    };
    /**
     * Deletes a message for everyone: one of the caller's own, or anyone's in a group that the caller owns. Its place, sender and time stay; its text does not.
     */
    delete: {
      kind: "mutation";
      input: MessagesDeleteInput;
      output: Message;
    };
    /**
     * Hides a message from the caller alone, on all their devices. It also counts as read, with everything before it.
     */
    hide: {
      kind: "mutation";
      input: MessagesHideInput;
      output: MessagesHideOutput;
    };
    /**
     * Adds the caller's reaction to a message: each emoji once a person, at most 12 different ones on a message.
     */
    react: {
      kind: "mutation";
      input: MessagesReactInput;
      output: Message;
    };
    /**
     * Takes the caller's reaction off a message.
     */
    unreact: {
      kind: "mutation";
      input: MessagesUnreactInput;
      output: Message;
    };
    /**
     * Tells the other members of a conversation that the caller is typing.
     */
    typing: {
      kind: "mutation";
      input: MessagesTypingInput;
      output: MessagesTypingOutput;
    };
  };
  users: {
    /**
     * The person with a handle.
     */
    short: {
      kind: "query";
      input: UsersShortInput;
      output: UserShort;
    };
    /**
     * People whose handle or name matches a text, the best match first.
     */
    search: {
      kind: "query";
      input: UsersSearchInput;
      output: UsersSearchOutput;
    };
    /**
     * The caller's own profile and settings.
     */
    me: {
      kind: "query";
      input: undefined;
      output: OwnUser;
    };
    /**
     * Changes the caller's display name or settings; what is left out stays as it is.
     */
    update: {
      kind: "mutation";
      input: UsersUpdateInput;
      output: OwnUser;
    };
    /**
     * A person with their picture, since when they are here, and the groups in common.
     */
    profile: {
      kind: "query";
      input: UsersProfileInput;
      output: UserProfile;
    };
    /**
     * The pictures of people; whoever has none is left out.
     */
    avatars: {
      kind: "query";
      input: UsersAvatarsInput;
      output: UsersAvatarsOutput;
    };
    /**
     * Replaces or removes the caller's picture. The server keeps the pixels and nothing else of the file, such as where it was taken.
     */
    setAvatar: {
      kind: "mutation";
      input: UsersSetAvatarInput;
      output: UsersSetAvatarOutput;
    };
    /**
     * Where the caller is signed in, and whether signing in needs a second factor.
     */
    security: {
      kind: "query";
      input: undefined;
      output: UsersSecurityOutput;
    };
    /**
     * Ends one session of the caller, with its access tokens and live connections; one that has ended is no error.
     */
    endSession: {
      kind: "mutation";
      input: UsersEndSessionInput;
      output: UsersEndSessionOutput;
    };
    /**
     * Gives the caller another handle, at most once a week. The old one leads to them for 90 days.
     */
    changeHandle: {
      kind: "mutation";
      input: UsersChangeHandleInput;
      output: OwnUser;
    };
    /**
     * The erasure of the caller's account that they asked for; null where there is none.
     */
    erasure: {
      kind: "query";
      input: undefined;
      output: UsersErasureOutput;
    };
    /**
     * Blocks a person: neither can write to the other or find the other by a search. The person who is blocked is not told.
     */
    block: {
      kind: "mutation";
      input: UsersBlockInput;
      output: UsersBlockOutput;
    };
    /**
     * Ends a block that the caller has made.
     */
    unblock: {
      kind: "mutation";
      input: UsersUnblockInput;
      output: UsersUnblockOutput;
    };
    /**
     * A page of the people whom the caller has blocked, in no particular order.
     */
    blocked: {
      kind: "query";
      input: UsersBlockedInput;
      output: UsersBlockedOutput;
    };
    /**
     * Reports a person, or a message of theirs, to the operators. The person is not told. A repeated report counts once until an operator has resolved it.
     */
    report: {
      kind: "mutation";
      input: UsersReportInput;
      output: UsersReportOutput;
    };
  };
  push: {
    /**
     * The key with which a browser subscribes to pushes of new messages.
     */
    key: {
      kind: "query";
      input: undefined;
      output: PushKeyOutput;
    };
    /**
     * Sends pushes of new messages to a browser until its session ends. A repeated subscription replaces the first.
     */
    subscribe: {
      kind: "mutation";
      input: PushSubscribeInput;
      output: PushSubscribeOutput;
    };
    /**
     * Sends no more pushes to a browser of the caller; an unknown one is no error.
     */
    unsubscribe: {
      kind: "mutation";
      input: PushUnsubscribeInput;
      output: PushUnsubscribeOutput;
    };
  };
  live: {
    /**
     * Live events of all the caller's conversations, as server-sent events that resume after `lastEventId`.
     */
    events: {
      kind: "subscription";
      input: LiveEventsInput;
      output: LiveEvent;
    };
  };
}
export interface MessageGroupsListInput {
  /**
   * A cursor of an earlier page of the same list. Without one the first page is read.
   */
  cursor?: string | null;
  /**
   * Ignored: some query libraries send it. A cursor already carries its direction.
   */
  direction?: "forward" | "backward";
  /**
   * The largest number of items in the page.
   */
  limit?: number;
  /**
   * Which of the caller's folders to list. The first page of the inbox has the pinned conversations in addition, at its beginning.
   */
  folder?: "inbox" | "requests" | "archive";
  unread?: boolean;
}
export interface MessageGroupsListOutput {
  items: MessageGroup[];
  /**
   * Leads to older items; null where there are none.
   */
  next_cursor: string | null;
  /**
   * Leads to newer items; null where there are none.
   */
  previous_cursor: string | null;
}
/**
 * A conversation as one member sees it. In a conversation of two, `user_uuid`, `display_name` and `handle` are the other person's.
 */
export interface MessageGroup {
  uuid: string;
  /**
   * The caller's folder that lists the conversation.
   */
  folder: "inbox" | "requests" | "archive";
  /**
   * Whether the conversation stands above the others of the inbox.
   */
  pinned: boolean;
  /**
   * Until when the conversation is muted; null where it is not. It may be in the past.
   */
  muted_until: string | null;
  /**
   * Whether the caller marked the conversation as unread and has not read it since.
   */
  marked_unread: boolean;
  /**
   * Whether the caller has blocked the other person of a pair.
   */
  blocked: boolean;
  /**
   * `received`: a stranger began the conversation, and the caller has not accepted it. `sent`: the other person has not accepted the caller's; until then the caller can send 3 messages. Until a request is accepted there are no receipts and no typing signals. A group is one for a member whom a stranger has added.
   */
  request: ("received" | "sent") | null;
  /**
   * How many messages the caller can still send until the other person accepts; null where the caller has not sent a request.
   */
  request_messages_left: number | null;
  /**
   * Who added the caller to a group, until the caller accepts it; null otherwise.
   */
  requested_by: UserShort | null;
  /**
   * Uuids of the members of a group whom the caller has blocked: a client folds their messages, and they aren't counted.
   */
  hidden_senders: string[];
  /**
   * `pair`: the conversation of two people, which nobody joins or leaves. In a `group`, `user_uuid`, `display_name` and `handle` are blank.
   */
  kind: "pair" | "group";
  /**
   * Name of a group; null where it has none.
   */
  name: string | null;
  /**
   * The owner of a group can remove members, make another member the owner, and delete anyone's message. A conversation of two has none.
   */
  role: "owner" | "member";
  /**
   * The first other members of a group, at most 3, for its title and picture; empty in a pair.
   */
  some_members: UserShort[];
  user_uuid: string;
  display_name: string;
  handle: string;
  member_count: number;
  /**
   * Preview of the newest message, whoever wrote it.
   */
  message: string;
  /**
   * True where the newest message was deleted, or hidden by the caller: `message` is then empty.
   */
  message_deleted: boolean;
  /**
   * Kind of the newest message.
   */
  message_kind: "text" | "created" | "renamed" | "added" | "removed" | "left" | "owner_changed";
  /**
   * Whom the newest message is about, where it is a system message; at most 3.
   */
  message_subjects: UserShort[];
  /**
   * How many people it is about.
   */
  message_subject_count: number;
  /**
   * Whether an unread message mentions the caller.
   */
  mentioned: boolean;
  /**
   * When the newest message was written.
   */
  created_at: string;
  last_message_uuid: string;
  last_message_user_uuid: string;
  /**
   * Name of the person who wrote the newest message, or did what it says.
   */
  last_message_display_name: string;
  /**
   * Exact below 1000, which stands for that many or more.
   */
  unread_count: number;
  /**
   * The member's read marker: the newest message that they have read; null before the first.
   */
  read_message_uuid: string | null;
}
/**
 * What everybody may see of a person.
 */
export interface UserShort {
  uuid: string;
  handle: string;
  display_name: string;
}
export interface MessageGroupsGetInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
/**
 * A conversation with its members, the one who joined first at the beginning.
 */
export interface MessageGroupDetail {
  uuid: string;
  /**
   * The caller's folder that lists the conversation.
   */
  folder: "inbox" | "requests" | "archive";
  /**
   * Whether the conversation stands above the others of the inbox.
   */
  pinned: boolean;
  /**
   * Until when the conversation is muted; null where it is not. It may be in the past.
   */
  muted_until: string | null;
  /**
   * Whether the caller marked the conversation as unread and has not read it since.
   */
  marked_unread: boolean;
  /**
   * Whether the caller has blocked the other person of a pair.
   */
  blocked: boolean;
  /**
   * `received`: a stranger began the conversation, and the caller has not accepted it. `sent`: the other person has not accepted the caller's; until then the caller can send 3 messages. Until a request is accepted there are no receipts and no typing signals. A group is one for a member whom a stranger has added.
   */
  request: ("received" | "sent") | null;
  /**
   * How many messages the caller can still send until the other person accepts; null where the caller has not sent a request.
   */
  request_messages_left: number | null;
  /**
   * Who added the caller to a group, until the caller accepts it; null otherwise.
   */
  requested_by: UserShort | null;
  /**
   * Uuids of the members of a group whom the caller has blocked: a client folds their messages, and they aren't counted.
   */
  hidden_senders: string[];
  /**
   * `pair`: the conversation of two people, which nobody joins or leaves. In a `group`, `user_uuid`, `display_name` and `handle` are blank.
   */
  kind: "pair" | "group";
  /**
   * Name of a group; null where it has none.
   */
  name: string | null;
  /**
   * The owner of a group can remove members, make another member the owner, and delete anyone's message. A conversation of two has none.
   */
  role: "owner" | "member";
  /**
   * The first other members of a group, at most 3, for its title and picture; empty in a pair.
   */
  some_members: UserShort[];
  user_uuid: string;
  display_name: string;
  handle: string;
  member_count: number;
  /**
   * Preview of the newest message, whoever wrote it.
   */
  message: string;
  /**
   * True where the newest message was deleted, or hidden by the caller: `message` is then empty.
   */
  message_deleted: boolean;
  /**
   * Kind of the newest message.
   */
  message_kind: "text" | "created" | "renamed" | "added" | "removed" | "left" | "owner_changed";
  /**
   * Whom the newest message is about, where it is a system message; at most 3.
   */
  message_subjects: UserShort[];
  /**
   * How many people it is about.
   */
  message_subject_count: number;
  /**
   * Whether an unread message mentions the caller.
   */
  mentioned: boolean;
  /**
   * When the newest message was written.
   */
  created_at: string;
  last_message_uuid: string;
  last_message_user_uuid: string;
  /**
   * Name of the person who wrote the newest message, or did what it says.
   */
  last_message_display_name: string;
  /**
   * Exact below 1000, which stands for that many or more.
   */
  unread_count: number;
  /**
   * The member's read marker: the newest message that they have read; null before the first.
   */
  read_message_uuid: string | null;
  members: {
    uuid: string;
    handle: string;
    display_name: string;
    /**
     * The owner of a group can remove members, make another member the owner, and delete anyone's message. A conversation of two has none.
     */
    role: "owner" | "member";
    /**
     * When the member joined the group; null in a conversation of two.
     */
    joined_at: string | null;
    /**
     * The member's read marker; null before the first read, and where either side hides read receipts.
     */
    read_message_uuid: string | null;
  }[];
}
export interface MessageGroupsMarkReadInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
}
export interface MessageGroupsMarkReadOutput {
  read_message_uuid: string;
  /**
   * Exact below 1000, which stands for that many or more.
   */
  unread_count: number;
}
export interface MessageGroupsArchiveInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsUnarchiveInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsPinInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsUnpinInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsMuteInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Until when the conversation is muted, UTC; null ends it.
   */
  until: string | null;
}
export interface MessageGroupsMarkUnreadInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsAcceptInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface MessageGroupsCreateInput {
  /**
   * Handles of people. Repeated handles and the caller's own count once.
   *
   * Items: Handle of a person, with or without a leading @.
   */
  handles: string[];
  name?: string | null;
  /**
   * The first message.
   */
  message?: string;
  /**
   * A uuid that the client mints for each draft and repeats with every retry, so that the message is stored once.
   */
  client_id: string;
}
export interface MessageGroupsCreateOutput {
  message_group_uuid: string;
}
export interface MessageGroupsRenameInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * The new name; null takes the name away.
   */
  name: string | null;
}
export interface MessageGroupsAddInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * Handles of people. Repeated handles and the caller's own count once.
   *
   * Items: Handle of a person, with or without a leading @.
   */
  handles: string[];
  /**
   * Whether the new members can read what was written before, as far as the caller can; they can't by default.
   */
  share_history?: boolean;
}
export interface MessageGroupsRemoveInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * Uuid of a person.
   */
  user_uuid: string;
}
export interface MessageGroupsLeaveInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
}
export interface MessageGroupsMakeOwnerInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * Uuid of a person.
   */
  user_uuid: string;
}
export interface MessagesListInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * A cursor of an earlier page of the same list. Without one the first page is read.
   */
  cursor?: string | null;
  /**
   * Ignored: some query libraries send it. A cursor already carries its direction.
   */
  direction?: "forward" | "backward";
  /**
   * The largest number of items in the page.
   */
  limit?: number;
  /**
   * Opens the page that holds this message.
   */
  around?: string;
  /**
   * Opens the page that starts at this moment.
   */
  since?: string;
}
export interface MessagesListOutput {
  items: Message[];
  /**
   * Leads to older items; null where there are none.
   */
  next_cursor: string | null;
  /**
   * Leads to newer items; null where there are none.
   */
  previous_cursor: string | null;
}
/**
 * One message of a conversation, under its sender's current name. A deleted message keeps its place, its sender and its time.
 */
export interface Message {
  uuid: string;
  message_group_uuid: string;
  client_id: string;
  /**
   * Who wrote the message.
   */
  user_uuid: string;
  display_name: string;
  handle: string;
  /**
   * `text` is what people write. All others are system messages, which are never unread and which nobody can change: who made the group, gave it a name, added or removed members, left, or made another member the owner.
   */
  kind: "text" | "created" | "renamed" | "added" | "removed" | "left" | "owner_changed";
  /**
   * The text; empty where the message was deleted. Of a system message, the group's new name, or empty.
   */
  message: string;
  /**
   * Whom a system message is about: who was added or removed, or the new owner. `user_uuid` is who did it.
   */
  subjects: UserShort[];
  /**
   * Uuids of the members whom the text mentions by their handle, as in `@bayko`.
   */
  mentions: string[];
  created_at: string;
  /**
   * Uuid of the message that this one answers; null where it answers none.
   */
  reply_to: string | null;
  /**
   * Each emoji once, in an order that stays the same; empty where nobody has reacted.
   */
  reactions: {
    emoji: string;
    /**
     * Who reacted with this emoji.
     */
    user_uuids: string[];
  }[];
  /**
   * When the text was last edited; null where it never was.
   */
  edited_at: string | null;
  /**
   * When the message was deleted for everyone; null where it was not deleted.
   */
  deleted_at: string | null;
  /**
   * Who deleted the message: its sender, or an owner of the group.
   */
  deleted_by_user_uuid: string | null;
  /**
   * Raised by every change: of two states of a message, the higher one is newer.
   */
  revision: number;
}
export interface MessagesCreateInput {
  /**
   * Text of a message: at most 1024 characters as people count them and 32768 bytes of UTF-8.
   */
  message: string;
  /**
   * The message of the same conversation that this one answers.
   */
  reply_to?: string;
  /**
   * A uuid that the client mints for each draft and repeats with every retry, so that the message is stored once.
   */
  client_id: string;
  /**
   * Uuid of a conversation.
   */
  message_group_uuid?: string;
  /**
   * Handle of a person, with or without a leading @.
   */
  handle?: string;
}
export interface MessagesGetInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
}
export interface MessagesEditInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * Text of a message: at most 1024 characters as people count them and 32768 bytes of UTF-8.
   */
  message: string;
}
export interface MessagesDeleteInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
}
export interface MessagesHideInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
}
export interface MessagesReactInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * One emoji, which is shown as one character.
   */
  emoji: string;
}
export interface MessagesUnreactInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
  /**
   * Uuid of a message.
   */
  message_uuid: string;
  /**
   * A uuid that the client mints for each change and repeats with every retry, so that the change is made once.
   */
  op_id: string;
  /**
   * One emoji, which is shown as one character.
   */
  emoji: string;
}
export interface MessagesTypingInput {
  /**
   * Uuid of a conversation.
   */
  message_group_uuid: string;
}
export interface UsersShortInput {
  /**
   * Handle of a person, with or without a leading @.
   */
  handle: string;
}
export interface UsersSearchInput {
  query: string;
  /**
   * A cursor of an earlier page of the same list. Without one the first page is read.
   */
  cursor?: string | null;
  /**
   * Ignored: some query libraries send it. A cursor already carries its direction.
   */
  direction?: "forward" | "backward";
  /**
   * The largest number of items in the page.
   */
  limit?: number;
}
export interface UsersSearchOutput {
  items: UserShort[];
  /**
   * Leads to older items; null where there are none.
   */
  next_cursor: string | null;
  /**
   * Leads to newer items; null where there are none.
   */
  previous_cursor: string | null;
}
/**
 * The signed-in person's own profile and settings.
 */
export interface OwnUser {
  uuid: string;
  handle: string;
  display_name: string;
  email: string;
  /**
   * Whether others see how far this person has read.
   */
  read_receipts: boolean;
  /**
   * Whether others see that this person is typing.
   */
  typing_indicators: boolean;
  /**
   * What becomes of the first message of somebody whom this person has never written with: a request in the inbox, a request in the folder of requests, or a refusal with `cannot_message`.
   */
  first_messages: "inbox" | "requests" | "refused";
  /**
   * Who may add this person to a group: everyone, where being added by a stranger is a request; people whom they have written with; or nobody. Others get `cannot_message`.
   */
  group_additions: "everyone" | "acquaintances" | "nobody";
  /**
   * Whether a search finds this person.
   */
  searchable: boolean;
  /**
   * Whether a mention of this person notifies them in a muted conversation, too.
   */
  mentions_break_mutes: boolean;
}
export interface UsersUpdateInput {
  display_name?: string;
  read_receipts?: boolean;
  typing_indicators?: boolean;
  /**
   * What becomes of the first message of somebody whom this person has never written with: a request in the inbox, a request in the folder of requests, or a refusal with `cannot_message`.
   */
  first_messages?: "inbox" | "requests" | "refused";
  /**
   * Who may add this person to a group: everyone, where being added by a stranger is a request; people whom they have written with; or nobody. Others get `cannot_message`.
   */
  group_additions?: "everyone" | "acquaintances" | "nobody";
  searchable?: boolean;
  mentions_break_mutes?: boolean;
}
export interface UsersProfileInput {
  /**
   * Uuid of a person.
   */
  user_uuid: string;
}
/**
 * What the caller may see of one person.
 */
export interface UserProfile {
  uuid: string;
  handle: string;
  display_name: string;
  avatar: string | null;
  /**
   * When the person joined.
   */
  since: string;
  /**
   * Groups with the caller among the caller's 100 newest conversations.
   */
  groups_in_common: MessageGroup[];
}
export interface UsersAvatarsInput {
  /**
   * @maxItems 100
   *
   * Items: Uuid of a person.
   */
  user_uuids: string[];
}
export interface UsersSetAvatarInput {
  /**
   * A JPEG of 256 by 256 pixels and at most 49152 bytes, in base64; null removes the picture.
   */
  image: string | null;
}
export interface UsersSetAvatarOutput {
  avatar: string | null;
}
export interface UsersSecurityOutput {
  /**
   * Whether signing in needs a code of an authenticator app.
   */
  second_factor: boolean;
  passkeys: PasskeyItem[];
  sessions: SessionItem[];
}
/**
 * A passkey of the caller.
 */
export interface PasskeyItem {
  uuid: string;
  /**
   * The browser or program in which it was added, as it names itself.
   */
  device: string;
  created_at: string;
  /**
   * When it last signed in; null for never.
   */
  last_used_at: string | null;
}
/**
 * A place where the caller is signed in.
 */
export interface SessionItem {
  uuid: string;
  /**
   * The browser or program, as it names itself (`User-Agent`).
   */
  device: string;
  /**
   * The network address that it was last used from.
   */
  address: string;
  signed_in_at: string;
  /**
   * When its access token was last renewed.
   */
  last_used_at: string;
  /**
   * Whether the call itself belongs to this session.
   */
  is_current: boolean;
}
export interface UsersEndSessionInput {
  session_uuid: string;
}
export interface UsersChangeHandleInput {
  handle: string;
}
/**
 * The erasure of an account that its owner asked for.
 */
export interface Erasure {
  /**
   * When the account is erased; until then it can be kept.
   */
  due_at: string;
}
export interface UsersBlockInput {
  /**
   * Uuid of a person.
   */
  user_uuid: string;
}
export interface UsersUnblockInput {
  /**
   * Uuid of a person.
   */
  user_uuid: string;
}
export interface UsersBlockedInput {
  /**
   * A cursor of an earlier page of the same list. Without one the first page is read.
   */
  cursor?: string | null;
  /**
   * Ignored: some query libraries send it. A cursor already carries its direction.
   */
  direction?: "forward" | "backward";
  /**
   * The largest number of items in the page.
   */
  limit?: number;
}
export interface UsersBlockedOutput {
  items: UserShort[];
  /**
   * Leads to older items; null where there are none.
   */
  next_cursor: string | null;
  /**
   * Leads to newer items; null where there are none.
   */
  previous_cursor: string | null;
}
export interface UsersReportInput {
  /**
   * Uuid of a person.
   */
  user_uuid: string;
  /**
   * A conversation of the caller: what the person wrote there last is kept as evidence.
   */
  message_group_uuid?: string;
  /**
   * A message of the person in that conversation: it is kept as evidence, too.
   */
  message_uuid?: string;
  reason: "spam" | "abuse" | "impersonation" | "illegal" | "other";
}
export interface PushKeyOutput {
  /**
   * The key to subscribe with (VAPID, RFC 8292); null where the server sends no pushes.
   */
  public_key: string | null;
}
export interface PushSubscribeInput {
  /**
   * The address that the browser's push service gave to this subscription.
   */
  endpoint: string;
  keys: {
    /**
     * The browser's public key (RFC 8291).
     */
    p256dh: string;
    /**
     * The browser's authentication secret (RFC 8291).
     */
    auth: string;
  };
}
export interface PushUnsubscribeInput {
  /**
   * The address that the browser's push service gave to this subscription.
   */
  endpoint: string;
}
export interface LiveEventsInput {
  /**
   * The id of the last event received: what came after it is delivered first.
   */
  lastEventId?: string | null;
}
export interface SessionCreateInput {
  handle: string;
  password: string;
  /**
   * The code of the authenticator app, or the recovery code; required where the account has a second factor.
   */
  code?: string;
}
export interface AccountCreateInput {
  handle: string;
  display_name: string;
  email: string;
  password: string;
}
export interface AccountHandleInput {
  handle: string;
}
export interface AccountConfirmInput {
  handle: string;
  code: string;
}
export interface PasswordResetInput {
  handle: string;
  code: string;
  password: string;
}
export interface AccountProofInput {
  password: string;
  /**
   * The code of the authenticator app; required where the account has a second factor.
   */
  code?: string;
}
export interface PasswordChangeInput {
  password: string;
  /**
   * The code of the authenticator app; required where the account has a second factor.
   */
  code?: string;
  new_password: string;
}
export interface EmailChangeInput {
  password: string;
  /**
   * The code of the authenticator app; required where the account has a second factor.
   */
  code?: string;
  email: string;
}
export interface EmailConfirmInput {
  code: string;
}
export interface SecondFactorConfirmInput {
  password: string;
  code: string;
}
export interface PasskeySignInInput {
  handle: string;
  session: string;
  credential: {
    id: string;
    rawId: string;
    type: "public-key";
    clientExtensionResults?: {};
    response: {
      clientDataJSON: string;
      authenticatorData: string;
      signature: string;
      userHandle?: string;
    };
  };
}
export interface PasskeyConfirmInput {
  registration: string;
  credential: {
    id: string;
    rawId: string;
    type: "public-key";
    clientExtensionResults?: {};
    response: {
      clientDataJSON: string;
      attestationObject: string;
      /**
       * @maxItems 8
       */
      transports?:
        | []
        | [string]
        | [string, string]
        | [string, string, string]
        | [string, string, string, string]
        | [string, string, string, string, string]
        | [string, string, string, string, string, string]
        | [string, string, string, string, string, string, string]
        | [string, string, string, string, string, string, string, string];
    };
  };
}
export interface PasskeyRemoveInput {
  password: string;
  /**
   * The code of the authenticator app; required where the account has a second factor.
   */
  code?: string;
  passkey_uuid: string;
}
/**
 * The error of a plain route.
 */
export interface ApiError {
  app_code: AppCode;
  /**
   * Seconds until a retry makes sense; null where the server doesn't say.
   */
  retry_after_seconds: number | null;
}
/**
 * The error of a procedure.
 */
export interface ProcedureError {
  error: {
    message: string;
    /**
     * A JSON-RPC code.
     */
    code: number;
    data: {
      app_code: AppCode;
      /**
       * Seconds until a retry makes sense; null where the server doesn't say.
       */
      retry_after_seconds: number | null;
      code: string;
      httpStatus: number;
    };
  };
}
/**
 * A signed-in session.
 */
export interface Session {
  /**
   * Sent as `Authorization: Bearer …`.
   */
  access_token: string;
  /**
   * Seconds until the access token expires.
   */
  expires_in: number;
  user: OwnUser;
}
/**
 * What an authenticator app has to know.
 */
export interface SecondFactorSecret {
  /**
   * The secret in base 32, to be typed into an authenticator app.
   */
  secret: string;
  /**
   * The same as an `otpauth:` URI, to be shown as a QR code.
   */
  uri: string;
}
/**
 * Shown once: the server keeps only its hash.
 */
export interface RecoveryCode {
  /**
   * Signs in once without the authenticator app, and turns the second factor off.
   */
  recovery_code: string;
}
/**
 * What a passkey has to sign.
 */
export interface PasskeyChallenge {
  /**
   * To be sent with the answer.
   */
  session: string;
  /**
   * `PublicKeyCredentialRequestOptionsJSON`, for `navigator.credentials.get`.
   */
  options: {
    challenge: string;
    rpId: string;
    timeout: number;
    userVerification: "required";
  };
}
/**
 * What a browser makes a new passkey from.
 */
export interface PasskeyRegistration {
  /**
   * To be sent with the new passkey, within five minutes.
   */
  registration: string;
  /**
   * `PublicKeyCredentialCreationOptionsJSON`, for `navigator.credentials.create`.
   */
  options: {};
}
/**
 * Lets its holder download the export for a minute.
 */
export interface ExportTicket {
  /**
   * Sent once, as the field `ticket` of a form.
   */
  ticket: string;
}

/** How each procedure is called, by its path. */
export const PROCEDURE_KINDS = {
  "messageGroups.list": "query",
  "messageGroups.get": "query",
  "messageGroups.markRead": "mutation",
  "messageGroups.archive": "mutation",
  "messageGroups.unarchive": "mutation",
  "messageGroups.pin": "mutation",
  "messageGroups.unpin": "mutation",
  "messageGroups.mute": "mutation",
  "messageGroups.markUnread": "mutation",
  "messageGroups.accept": "mutation",
  "messageGroups.create": "mutation",
  "messageGroups.rename": "mutation",
  "messageGroups.add": "mutation",
  "messageGroups.remove": "mutation",
  "messageGroups.leave": "mutation",
  "messageGroups.makeOwner": "mutation",
  "messages.list": "query",
  "messages.create": "mutation",
  "messages.get": "query",
  "messages.edit": "mutation",
  "messages.delete": "mutation",
  "messages.hide": "mutation",
  "messages.react": "mutation",
  "messages.unreact": "mutation",
  "messages.typing": "mutation",
  "users.short": "query",
  "users.search": "query",
  "users.me": "query",
  "users.update": "mutation",
  "users.profile": "query",
  "users.avatars": "query",
  "users.setAvatar": "mutation",
  "users.security": "query",
  "users.endSession": "mutation",
  "users.changeHandle": "mutation",
  "users.erasure": "query",
  "users.block": "mutation",
  "users.unblock": "mutation",
  "users.blocked": "query",
  "users.report": "mutation",
  "push.key": "query",
  "push.subscribe": "mutation",
  "push.unsubscribe": "mutation",
  "live.events": "subscription"
} as const;
