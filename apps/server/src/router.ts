import { liveRouter } from "./routers/live.ts";
import { messageGroupsRouter } from "./routers/message-groups.ts";
import { messagesRouter } from "./routers/messages.ts";
import { usersRouter } from "./routers/users.ts";
import { router } from "./trpc.ts";

export const appRouter = router({
  messageGroups: messageGroupsRouter,
  messages: messagesRouter,
  users: usersRouter,
  live: liveRouter,
});

/** All the web app knows of the server. */
export type AppRouter = typeof appRouter;
