import { liveEventsInput } from "@cruddur/contract/live-events";
import { router, signedIn } from "./trpc.ts";

export const liveRouter = router({
  events: signedIn.input(liveEventsInput).subscription(async function* ({ ctx, input, signal }) {
    yield* ctx.services.live.subscribe({
      session: ctx.user,
      lastEventId: input?.lastEventId ?? null,
      signal: signal ?? new AbortController().signal,
    });
  }),
});
