// What the package exports. Nothing of the workspace may show here: a test reads the declarations.
export type {
  AppCode,
  LiveEvent,
  Message,
  MessageGroup,
  MessageGroupDetail,
  OwnUser,
  Procedures,
  UserShort,
} from "./api.generated.ts";
export { createClient } from "./create-client.ts";
export { type ClientAction, CruddurError, type ErrorCode } from "./errors.ts";
export type { EventsOptions, ReceivedEvent } from "./events.ts";
export type { Credentials, TokenSource } from "./session.ts";
export type {
  Call,
  CallOptions,
  Calls,
  Client,
  ClientOptions,
  MessagesIterateInput,
  SendInput,
} from "./types.ts";
