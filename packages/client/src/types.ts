import type {
  Message,
  MessageGroup,
  MessageGroupsListInput,
  MessagesListInput,
  Procedures,
  UserShort,
  UsersSearchInput,
} from "./api.generated.ts";
import type { EventsOptions, ReceivedEvent } from "./events.ts";
import type { Fetch } from "./http.ts";
import type { Credentials } from "./session.ts";

export interface CallOptions {
  /** Gives the call up: it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** One procedure as a function. Rejects with CruddurError. */
export type Call<P extends { input: unknown; output: unknown }> = undefined extends P["input"]
  ? (input?: P["input"], options?: CallOptions) => Promise<P["output"]>
  : (input: P["input"], options?: CallOptions) => Promise<P["output"]>;

/** A group of procedures as functions. */
export type Calls<Group> = {
  [Name in keyof Group]: Group[Name] extends { input: unknown; output: unknown }
    ? Call<Group[Name]>
    : never;
};

/** What a list takes, without the paging that its iterator does. */
type Unpaged<Input> = Omit<Input, "cursor" | "direction" | "limit" | "around" | "since">;

export interface MessagesIterateInput extends Unpaged<MessagesListInput> {
  /** Default: `newest_first`. */
  order?: "newest_first" | "oldest_first";
}

/** To a conversation by its uuid, or to a person by handle. */
export type SendInput = {
  message: string;
  /** Default: a new one. Give your own to send the same message once, even across restarts. */
  client_id?: string;
} & (
  | {
      message_group_uuid: string;
      handle?: undefined;
      /** Uuid of the message of the same conversation that this one answers. */
      reply_to?: string;
    }
  | { handle: string; message_group_uuid?: undefined; reply_to?: undefined }
);

export interface Client {
  messageGroups: Calls<Procedures["messageGroups"]> & {
    /** Every conversation of the inbox, the one with the newest message first. */
    iterate(
      input?: Unpaged<MessageGroupsListInput>,
      options?: CallOptions,
    ): AsyncIterable<MessageGroup>;
  };
  messages: Calls<Procedures["messages"]> & {
    /** Every message of a conversation. */
    iterate(input: MessagesIterateInput, options?: CallOptions): AsyncIterable<Message>;
  };
  users: Calls<Procedures["users"]> & {
    /** Every person whose handle or name matches, the best match first. */
    iterate(input: Unpaged<UsersSearchInput>, options?: CallOptions): AsyncIterable<UserShort>;
  };
  /** Sends a message, with retries under one `client_id`: it is stored once. */
  send(input: SendInput, options?: CallOptions): Promise<Message>;
  /**
   * Live events of all conversations (the procedure `live.events`). After a break the iteration
   * connects again and resumes after its last event; an event may then be delivered again.
   */
  events(options?: EventsOptions): AsyncIterable<ReceivedEvent>;
  /** Ends the session that this client opened. */
  signOut(): Promise<void>;
}

export type ClientOptions = Credentials & {
  /** Where the server is, for example `https://messages.example.com`. */
  url: string;
  /** Default: the global `fetch`. */
  fetch?: Fetch;
  /** How often `send` and the iterators try a call in all. Default: 8, about a minute. */
  maxAttempts?: number;
};
