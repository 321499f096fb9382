import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { usersChangeHandleInput, usersErasureOutput } from "@cruddur/contract/own-data";
import {
  ownUserSchema,
  userShortSchema,
  usersBlockedInput,
  usersEndSessionInput,
  usersPersonInput,
  usersSearchInput,
  usersSearchOutput,
  usersSecurityOutput,
  usersShortInput,
  usersUpdateInput,
} from "@cruddur/contract/users";
import type { SearchPosition } from "@cruddur/db/users";
import type { PagePosition } from "@cruddur/ddb/types";
import { z } from "zod";
import { profileProcedures } from "./profiles.ts";
import { report } from "./report.ts";
import { router, type SignedInContext, signedIn } from "./trpc.ts";

export const usersRouter = router({
  short: signedIn
    .input(usersShortInput)
    .output(userShortSchema)
    .query(async ({ ctx, input }) => {
      await ctx.services.limits.consume(
        "lookups",
        { user: ctx.user.user_uuid },
        { address: ctx.address },
      );
      const user = await ctx.services.people.findByHandle(input.handle);
      if (user === null) throw new AppError("user_not_found");
      return user;
    }),

  search: signedIn
    .input(usersSearchInput)
    .output(usersSearchOutput)
    .query(async ({ ctx, input }) => {
      const { limits, people, cursors, store } = ctx.services;
      const { user_uuid } = ctx.user;
      await limits.consume("searches", { user: user_uuid }, { address: ctx.address });
      const scope = { list: "search", user_uuid, of: input.query } as const;
      const { made, received } = await store.listBlocks({ user_uuid });
      const { items, next } = await people.search(user_uuid, {
        query: input.query,
        limit: input.limit,
        excludeUuids: [user_uuid, ...made, ...received],
        position: input.cursor ? parsePosition(cursors.decode(scope, input.cursor)) : null,
      });
      return {
        items,
        next_cursor:
          next === null ? null : cursors.encode(scope, { before: `${next.score}:${next.handle}` }),
        previous_cursor: null,
      };
    }),

  me: signedIn.output(ownUserSchema).query(({ ctx }) => ctx.services.people.own(ctx.user)),

  update: signedIn
    .input(usersUpdateInput)
    .output(ownUserSchema)
    .mutation(async ({ ctx, input }) => {
      if (input.display_name !== undefined) {
        // Each new name is sent to everybody the person writes with.
        await ctx.services.limits.consume("names", { user: ctx.user.user_uuid });
      }
      const user = await ctx.services.people.update(ctx.user.user_uuid, input);
      const { live } = ctx.services;
      if (input.display_name !== undefined) live.publishName(user);
      else live.publishSettings(user);
      return user;
    }),

  changeHandle: signedIn
    .input(usersChangeHandleInput)
    .output(ownUserSchema)
    .mutation(async ({ ctx, input }) => {
      const { limits, ownAccount, people, live } = ctx.services;
      // It reveals which handles are taken, and asks the user pool.
      await limits.consume("names", { user: ctx.user.user_uuid }, { address: ctx.address });
      const before = await people.own(ctx.user);
      const user = await ownAccount.changeHandle(ctx.user, input.handle);
      // Caches know the person by either handle.
      for (const { uuid, handle } of [before, user]) live.publishName({ uuid, handle });
      return user;
    }),

  erasure: signedIn
    .output(usersErasureOutput)
    .query(({ ctx }) => ctx.services.ownData.findErasure(ctx.user)),

  security: signedIn.output(usersSecurityOutput).query(async ({ ctx }) => {
    const { sessions, ownAccount, passkeys, limits } = ctx.services;
    // It asks the user pool, whose own rate limits all people share.
    await limits.consume("lookups", { user: ctx.user.user_uuid }, { address: ctx.address });
    const [second_factor, passkeyItems, list] = await Promise.all([
      ownAccount.hasSecondFactor(ctx.user),
      passkeys.list(ctx.user.user_uuid),
      sessions.list(ctx.user),
    ]);
    return { second_factor, passkeys: passkeyItems, sessions: list };
  }),

  endSession: signedIn
    .input(usersEndSessionInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      await ctx.services.sessions.endOne(ctx.user.user_uuid, input.session_uuid, ctx.address);
      return null;
    }),

  block: signedIn
    .input(usersPersonInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const profile = (await people.profiles([input.user_uuid])).get(input.user_uuid);
      if (!profile?.handle) throw new AppError("user_not_found");
      const blocker_uuid = ctx.user.user_uuid;
      const groups = await store.blockPerson({ blocker_uuid, blocked_uuid: profile.uuid });
      publishBlock(ctx, profile.uuid, groups);
      return null;
    }),

  unblock: signedIn
    .input(usersPersonInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const blocker_uuid = ctx.user.user_uuid;
      const blocked_uuid = input.user_uuid.toLowerCase();
      const groups = await ctx.services.store.unblockPerson({ blocker_uuid, blocked_uuid });
      publishBlock(ctx, blocked_uuid, groups);
      return null;
    }),

  report,

  blocked: signedIn
    .input(usersBlockedInput)
    .output(usersSearchOutput)
    .query(async ({ ctx, input }) => {
      const { store, people, cursors } = ctx.services;
      const { user_uuid } = ctx.user;
      const scope = { list: "blocked", user_uuid } as const;
      const position = input.cursor ? cursors.decode(scope, input.cursor) : undefined;
      const after = position !== undefined && "after" in position ? position.after : undefined;
      const page = await store.listBlocked({ user_uuid, limit: input.limit, after });
      const profiles = await people.profiles(page.items);
      return {
        items: page.items.flatMap((uuid) => profiles.get(uuid) ?? []),
        next_cursor: page.next === null ? null : cursors.encode(scope, { after: page.next }),
        previous_cursor: null,
      };
    }),

  ...profileProcedures,
});

/**
 * Tells the caller's own devices, and nobody else.
 * @param groups those of both, in which every server forgets who is apart
 */
function publishBlock(
  { services, user }: SignedInContext,
  other_uuid: string,
  groups: readonly string[],
): void {
  const pair = derivePairGroupUuid(user.user_uuid, other_uuid);
  for (const message_group_uuid of [pair, ...groups]) {
    const changed = { message_group_uuid, to: [user.user_uuid], block: true };
    services.live.publish({ type: "message_group_changed", ...changed });
  }
}

/** The position in a search cursor. Its form needs no check, because a server signed it. */
function parsePosition(position: PagePosition): SearchPosition {
  const key = "before" in position ? position.before : position.after;
  const colon = key.indexOf(":");
  return { score: Number(key.slice(0, colon)), handle: key.slice(colon + 1) };
}
