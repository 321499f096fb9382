import type { Message, OwnUser, UserShort } from "@cruddur/core/schemas";
import type { GroupRow, MessagesStore, PagePosition } from "@cruddur/ddb/types";
import type { CursorScope } from "./cursor.ts";
import type { LiveStream } from "./live/types.ts";

/** The signed-in person of a request. */
export interface Identity {
  user_uuid: string;
  cognito_user_id: string;
}

/** Turns the `Authorization` header into a person. Throws `AppError` (401 codes). */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<Identity>;
}

/** A person as others may see them, with the two settings that decide what is shown. */
export interface Profile extends UserShort {
  read_receipts: boolean;
  typing_indicators: boolean;
}

/** Everything about people, through the cache. */
export interface People {
  /** Today's names. A deleted person is present as "Deleted user" with a blank handle. */
  profiles(uuids: readonly string[]): Promise<ReadonlyMap<string, Profile>>;
  /** null when nobody has the handle. Case-insensitive. */
  findByHandle(handle: string): Promise<UserShort | null>;
  search(input: {
    query: string;
    limit: number;
    /** How many better matches earlier pages held. */
    offset: number;
  }): Promise<{ items: UserShort[]; hasMore: boolean }>;
  /** Throws `unauthenticated` when the person has been deleted. */
  own(user_uuid: string): Promise<OwnUser>;
  update(
    user_uuid: string,
    changes: { display_name?: string; read_receipts?: boolean; typing_indicators?: boolean },
  ): Promise<OwnUser>;
}

export type LimitName =
  | "sends"
  | "signIns"
  | "accounts"
  | "searches"
  | "lookups"
  | "reads"
  | "typing";

export interface Limits {
  /** Throws `rate_limited` with the seconds to wait. `keys`: a user uuid, an address, a handle. */
  consume(limit: LimitName, ...keys: string[]): void;
}

export interface Cursors {
  encode(scope: CursorScope, position: PagePosition): string;
  /** Throws `cursor_invalid` for anything this deployment didn't issue for this very scope. */
  decode(scope: CursorScope, cursor: string): PagePosition;
}

/** Tells connected browsers. None of these throws or waits: what is lost is caught up by cursor. */
export interface Live {
  message(message: Message): void;
  read(input: {
    user_uuid: string;
    message_group_uuid: string;
    message_uuid: string;
    unread_count: number;
  }): void;
  typing(input: { user_uuid: string; message_group_uuid: string }): void;
  user(user: UserShort): void;
  signedOut(user_uuid: string): void;
  subscribe(input: {
    user_uuid: string;
    lastEventId: string | null;
    signal: AbortSignal;
  }): LiveStream;
}

/** What procedures may use. Built in `compose.ts`; tests pass their own. */
export interface Services {
  auth: Authenticator;
  store: MessagesStore;
  people: People;
  limits: Limits;
  cursors: Cursors;
  live: Live;
}

/** What a request carries into the router. */
export interface Context {
  readonly services: Services;
  readonly authorization: string | undefined;
  /** The client's address, behind trusted proxies the one they saw. */
  readonly address: string;
  /** Filled in as the request goes, for its log line. */
  readonly facts: { user_uuid?: string };
}

export interface MemberContext {
  user: Identity;
  row: GroupRow;
}
