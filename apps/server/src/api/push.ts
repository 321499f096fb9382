import { AppError } from "@cruddur/contract/errors";
import {
  isPushEndpoint,
  pushKeyOutput,
  pushSubscribeInput,
  pushUnsubscribeInput,
} from "@cruddur/contract/push";
import { z } from "zod";
import { router, signedIn } from "./trpc.ts";

export const pushRouter = router({
  key: signedIn
    .output(pushKeyOutput)
    .query(({ ctx }) => ({ public_key: ctx.services.push.publicKey ?? null })),

  subscribe: signedIn
    .input(pushSubscribeInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const { publicKey, services, subscriptions } = ctx.services.push;
      const { endpoint, keys } = input;
      // Whoever sends pushes calls this address later: only known services may be named.
      if (publicKey === undefined || !isPushEndpoint(endpoint, services)) {
        throw new AppError("invalid_input");
      }
      await subscriptions.put(ctx.user, { endpoint, ...keys });
      return null;
    }),

  unsubscribe: signedIn
    .input(pushUnsubscribeInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      await ctx.services.push.subscriptions.remove(ctx.user.user_uuid, input.endpoint);
      return null;
    }),
});
