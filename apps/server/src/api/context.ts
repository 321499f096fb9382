import type { Message } from "@cruddur/contract/messages";
import type { OwnUser, UserShort } from "@cruddur/contract/users";
import type { SearchInput, SearchPage, UserPatch, UserProfile } from "@cruddur/db/users";
import type { Membership, MessagesStore, PagePosition } from "@cruddur/ddb/types";
import type { LiveStream } from "../live/types.ts";
import type { CursorScope } from "./cursors.ts";

/** The signed-in person of a request. */
export interface Identity {
  user_uuid: string;
  cognito_user_id: string;
  /** When the token that proved it ends, in ms since the epoch. */
  expiresAtMs: number;
}

/** Turns the `Authorization` header into a person. Throws `AppError` (401 codes). */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<Identity>;
}

export type Profile = UserProfile;

/** Everything about people, through the cache. */
export interface People {
  /** Today's names. A deleted person is present as "Deleted user" with a blank handle. */
  profiles(uuids: readonly string[]): Promise<ReadonlyMap<string, Profile>>;
  /** null when nobody has the handle. Case-insensitive. */
  findByHandle(handle: string): Promise<UserShort | null>;
  search(input: SearchInput): Promise<SearchPage>;
  /** Throws `unauthenticated` when the person has been deleted. */
  own(user: Identity): Promise<OwnUser>;
  update(user_uuid: string, changes: UserPatch): Promise<OwnUser>;
}

export type LimitName =
  | "sends"
  | "signIns"
  | "accounts"
  | "searches"
  | "lookups"
  | "typing"
  | "requests";

/** Whom a use counts against. An address is shared by many people, so it is allowed more. */
export type LimitKey = { user: string } | { handle: string } | { address: string };

export interface Limits {
  /** Throws `rate_limited` with the seconds to wait. */
  consume(limit: LimitName, ...keys: LimitKey[]): Promise<void>;
}

export interface Cursors {
  encode(scope: CursorScope, position: PagePosition): string;
  /** Throws `cursor_invalid` for anything this deployment didn't issue for this very scope. */
  decode(scope: CursorScope, cursor: string): PagePosition;
}

/** Tells connected browsers. None of these throws or waits: what is lost is caught up by cursor. */
export interface Live {
  /** `members`: the uuids, where known without a look-up. */
  message(message: Message, to: { member_count: number; members?: string[] }): void;
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

/** How procedures are timed and traced. */
export interface Observe {
  /** @param outcome `ok` or the error's code */
  procedure(path: string, outcome: string, durationMs: number): void;
  span<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Of the span under way, to be kept with what it writes; undefined when nothing is traced. */
  traceparent(): string | undefined;
}

/** What procedures may use. Built in `compose.ts`; tests pass their own. */
export interface Services {
  auth: Authenticator;
  store: MessagesStore;
  people: People;
  limits: Limits;
  cursors: Cursors;
  live: Live;
  observe: Observe;
}

/** What a request carries into the router. */
export interface Context {
  readonly services: Services;
  readonly authorization: string | undefined;
  /** The client's address, behind trusted proxies the one they saw. */
  readonly address: string;
  /** Filled in as the request goes, for its log line. */
  readonly facts: { user_uuid?: string; expiresAtMs?: number; trace_id?: string };
  /** The caller's rows that queries of this request have asked for, by group: one read for a batch. */
  readonly rows: Map<string, Promise<Membership | null>>;
}
