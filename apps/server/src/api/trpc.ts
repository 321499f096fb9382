import { type AppCode, AppError } from "@cruddur/contract/errors";
import type { messageGroupInput, messageGroupsLeaveInput } from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import { initTRPC } from "@trpc/server";
import type { z } from "zod";
import type { Identity } from "../auth/identity.ts";
import { canRead } from "./can-read.ts";
import type { Context } from "./context.ts";
import { toErrorShape, toPublicError } from "./errors.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

/** How often an idle live connection is pinged, and after how much silence a client reconnects. */
export const LIVE_PING_MS = 15_000;
export const LIVE_RECONNECT_AFTER_MS = 40_000;

const t = initTRPC.context<Context>().create({
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: LIVE_PING_MS },
    client: { reconnectAfterInactivityMs: LIVE_RECONNECT_AFTER_MS },
  },
  errorFormatter: ({ error }) => toErrorShape(error),
});

export const router = t.router;

/**
 * The identity guard, which also counts the call: every procedure is built on this one. Throws the
 * codes of status 401 and `rate_limited`.
 */
export const signedIn = t.procedure.use(async ({ ctx, next, path, type }) => {
  const { auth, limits, observe } = ctx.services;
  const startedAt = performance.now();
  let outcome = "internal_error";
  try {
    const user = await auth.authenticate(ctx.authorization);
    ctx.facts.user_uuid = user.user_uuid;
    ctx.facts.expiresAtMs = user.expiresAtMs;
    await limits.consume(LIMIT_OF_TYPE[type], { user: user.user_uuid });
    const result = await observe.span(path, () => next({ ctx: { user } }));
    outcome = result.ok ? "ok" : toPublicError(result.error).app_code;
    return result;
  } catch (error) {
    outcome = toPublicError(error).app_code;
    throw error;
  } finally {
    observe.procedure(path, outcome, performance.now() - startedAt);
  }
});

/** The limit that each type of call counts against, for each person. */
const LIMIT_OF_TYPE = { query: "reads", mutation: "changes", subscription: "connections" } as const;

/** The context behind the identity guard. */
export type SignedInContext = Context & { user: Identity };

/**
 * The membership guard: reads the caller's membership, strongly consistent. Throws `not_a_member`,
 * also when the message group doesn't exist.
 */
export async function requireMember(
  ctx: SignedInContext,
  message_group_uuid: string,
  read = readMembership,
): Promise<Membership> {
  const membership = await read(ctx, message_group_uuid);
  if (membership === null) throw new AppError("not_a_member");
  ctx.services.pairs.remember(membership);
  return membership;
}

/**
 * A mutation about the message group that its input names, behind both guards; `ctx.membership` is
 * the caller's. It takes the whole input schema, so that each call is parsed once.
 */
export function memberOf<Schema extends z.ZodType<z.infer<typeof messageGroupInput>>>(
  schema: Schema,
) {
  return signedIn.input(withSyncParsing(schema)).use(async ({ ctx, input, next }) => {
    const named = input as z.infer<typeof messageGroupInput> & NamedMessages;
    const membership = await requireMember(ctx, named.message_group_uuid);
    requireReadable(membership, named);
    return next({ ctx: { membership } });
  });
}

/**
 * Like `memberOf`, for queries: they read while the guard reads, which saves a trip to the table, and
 * `ctx.membership` is a promise. What they have read leaves the server only if the guard agrees; if
 * not, the guard's refusal is the answer, whatever else went wrong (ADR 24).
 */
export function readerOf<Schema extends z.ZodType<z.infer<typeof messageGroupInput>>>(
  schema: Schema,
) {
  return signedIn.input(withSyncParsing(schema)).use(async ({ ctx, input, next }) => {
    const named = input as z.infer<typeof messageGroupInput> & NamedMessages;
    const membership = requireMember(ctx, named.message_group_uuid, readMembershipOnce).then(
      (found) => {
        requireReadable(found, named);
        return found;
      },
    );
    const result = next({ ctx: { membership } });
    await membership;
    return result;
  });
}

/** The fields of inputs that name a message of the conversation. */
interface NamedMessages {
  message_uuid?: string | undefined;
  around?: string | undefined;
  reply_to?: string | undefined;
}

/** Throws `message_before_joined` for a message that was written before the member joined the group. */
export function requireReadable(
  membership: Membership,
  { message_uuid, around, reply_to }: NamedMessages,
): void {
  const named = [message_uuid, around, reply_to].filter((uuid) => uuid !== undefined);
  if (named.every((uuid) => canRead(membership, uuid))) return;
  throw new AppError("message_before_joined");
}

/**
 * A procedure that changes the group that its input names: open to its members, or to its owner
 * alone. A repeated `op_id` passes, because the first one may have taken the right away: the store
 * answers it with what the first one came to.
 */
export function groupChangeBy<Schema extends z.ZodType<GroupChange>>(
  allowed: "members" | "owner",
  schema: Schema,
) {
  return signedIn.input(withSyncParsing(schema)).use(async ({ ctx, input, next }) => {
    const { message_group_uuid, op_id } = input as GroupChange;
    const membership = await readMembership(ctx, message_group_uuid);
    const refusal = refusalOf(membership, allowed);
    if (refusal !== null) {
      const id = { user_uuid: ctx.user.user_uuid, message_group_uuid, op_id };
      const isRepeated = (await ctx.services.store.findRepeatedChange(id)) !== null;
      if (!isRepeated) throw new AppError(refusal);
    }
    return next();
  });
}

type GroupChange = z.infer<typeof messageGroupsLeaveInput>;

function refusalOf(membership: Membership | null, allowed: "members" | "owner"): AppCode | null {
  if (membership === null) return "not_a_member";
  if (membership.group === null) return "not_a_group";
  return allowed === "owner" && membership.group.role !== "owner" ? "not_the_owner" : null;
}

/** Reads a page for the caller's answer, within the page budget. */
export function readPage<Page>(
  { services, user, held }: SignedInContext,
  read: () => Promise<Page>,
  bytesOf: (page: Page) => number,
): Promise<Page> {
  return services.pages.read({ user_uuid: user.user_uuid, held }, read, bytesOf);
}

function readMembership(
  ctx: SignedInContext,
  message_group_uuid: string,
): Promise<Membership | null> {
  const { user_uuid } = ctx.user;
  return ctx.services.store.getMembership({ user_uuid, message_group_uuid });
}

/** Shares one read between the queries of a request, which run at the same time. */
function readMembershipOnce(
  ctx: SignedInContext,
  message_group_uuid: string,
): Promise<Membership | null> {
  const membership =
    ctx.memberships.get(message_group_uuid) ?? readMembership(ctx, message_group_uuid);
  ctx.memberships.set(message_group_uuid, membership);
  return membership;
}
