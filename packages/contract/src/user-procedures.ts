import { z } from "zod";
import * as ownData from "./own-data.ts";
import type { Procedure } from "./procedure.ts";
import * as profiles from "./profiles.ts";
import * as users from "./users.ts";

/** The procedures about people: see `procedures`. */
export const userProcedures = {
  "users.short": {
    kind: "query",
    summary: "The person with a handle.",
    input: users.usersShortInput,
    output: users.userShortSchema,
  },
  "users.search": {
    kind: "query",
    summary: "People whose handle or name matches a text, the best match first.",
    input: users.usersSearchInput,
    output: users.usersSearchOutput,
  },
  "users.me": {
    kind: "query",
    summary: "The caller's own profile and settings.",
    input: null,
    output: users.ownUserSchema,
  },
  "users.update": {
    kind: "mutation",
    summary: "Changes the caller's display name or settings; what is left out stays as it is.",
    input: users.usersUpdateInput,
    output: users.ownUserSchema,
  },
  "users.profile": {
    kind: "query",
    summary: "A person with their picture, since when they are here, and the groups in common.",
    input: users.usersPersonInput,
    output: profiles.userProfileSchema,
  },
  "users.avatars": {
    kind: "query",
    summary: "The pictures of people; whoever has none is left out.",
    input: profiles.usersAvatarsInput,
    output: profiles.usersAvatarsOutput,
  },
  "users.setAvatar": {
    kind: "mutation",
    summary:
      "Replaces or removes the caller's picture. The server keeps the pixels and nothing else of the file, such as where it was taken.",
    input: profiles.usersSetAvatarInput,
    output: profiles.usersSetAvatarOutput,
  },
  "users.security": {
    kind: "query",
    summary: "Where the caller is signed in, and whether signing in needs a second factor.",
    input: null,
    output: users.usersSecurityOutput,
  },
  "users.endSession": {
    kind: "mutation",
    summary:
      "Ends one session of the caller, with its access tokens and live connections; one that has ended is no error.",
    input: users.usersEndSessionInput,
    output: z.null(),
  },
  "users.changeHandle": {
    kind: "mutation",
    summary:
      "Gives the caller another handle, at most once a week. The old one leads to them for 90 days.",
    input: ownData.usersChangeHandleInput,
    output: users.ownUserSchema,
  },
  "users.erasure": {
    kind: "query",
    summary: "The erasure of the caller's account that they asked for; null where there is none.",
    input: null,
    output: ownData.usersErasureOutput,
  },
  "users.block": {
    kind: "mutation",
    summary:
      "Blocks a person: neither can write to the other or find the other by a search. The person who is blocked is not told.",
    input: users.usersPersonInput,
    output: z.null(),
  },
  "users.unblock": {
    kind: "mutation",
    summary: "Ends a block that the caller has made.",
    input: users.usersPersonInput,
    output: z.null(),
  },
  "users.blocked": {
    kind: "query",
    summary: "A page of the people whom the caller has blocked, in no particular order.",
    input: users.usersBlockedInput,
    output: users.usersSearchOutput,
  },
  "users.report": {
    kind: "mutation",
    summary:
      "Reports a person, or a message of theirs, to the operators. The person is not told. A repeated report counts once until an operator has resolved it.",
    input: users.usersReportInput,
    output: z.null(),
  },
} as const satisfies Record<string, Procedure>;
