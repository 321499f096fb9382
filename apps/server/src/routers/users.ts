import { AppError } from "@cruddur/core/errors";
import {
  ownUserSchema,
  userShortSchema,
  usersSearchInput,
  usersSearchOutput,
  usersShortInput,
  usersUpdateInput,
} from "@cruddur/core/schemas";
import { router, signedIn } from "../trpc.ts";

export const usersRouter = router({
  short: signedIn
    .input(usersShortInput)
    .output(userShortSchema)
    .query(async ({ ctx, input }) => {
      ctx.services.limits.consume("lookups", ctx.user.user_uuid, ctx.address);
      const user = await ctx.services.people.findByHandle(input.handle);
      if (user === null) throw new AppError("user_not_found");
      return user;
    }),

  search: signedIn
    .input(usersSearchInput)
    .output(usersSearchOutput)
    .query(async ({ ctx, input }) => {
      const { limits, people, cursors } = ctx.services;
      const { user_uuid } = ctx.user;
      limits.consume("searches", user_uuid, ctx.address);
      const scope = { list: "search", user_uuid, of: input.query } as const;
      const position = input.cursor ? cursors.decode(scope, input.cursor) : { before: "0" };
      const offset = Number("before" in position ? position.before : position.after);
      const { items, hasMore } = await people.search({
        query: input.query,
        limit: input.limit,
        offset,
      });
      const before = String(offset + items.length);
      return {
        items,
        next_cursor: hasMore ? cursors.encode(scope, { before }) : null,
        previous_cursor: null,
      };
    }),

  me: signedIn
    .output(ownUserSchema)
    .query(({ ctx }) => ctx.services.people.own(ctx.user.user_uuid)),

  update: signedIn
    .input(usersUpdateInput)
    .output(ownUserSchema)
    .mutation(async ({ ctx, input }) => {
      const user = await ctx.services.people.update(ctx.user.user_uuid, input);
      if (input.display_name !== undefined) {
        const { uuid, handle, display_name } = user;
        ctx.services.live.user({ uuid, handle, display_name });
      }
      return user;
    }),
});
