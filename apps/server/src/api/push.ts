import { AppError } from "@cruddur/contract/errors";
import {
  isPushEndpoint,
  pushKeyOutput,
  pushSubscribeInput,
  pushUnsubscribeInput,
} from "@cruddur/contract/push";
import { z } from "zod";
import type { Services } from "./context.ts";
import { router, signedIn } from "./trpc.ts";

/** What the procedures need, from the configuration. */
export function toPushService(
  config: { VAPID_PUBLIC_KEY?: string | undefined; PUSH_SERVICES: readonly string[] },
  subscriptions: Services["push"]["subscriptions"],
): Services["push"] {
  const { VAPID_PUBLIC_KEY: publicKey, PUSH_SERVICES: services } = config;
  return { publicKey, services, subscriptions };
}

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
