import { liveRouter } from "./api/live.ts";
import { messageGroupsRouter } from "./api/message-groups.ts";
import { messagesRouter } from "./api/messages.ts";
import { pushRouter } from "./api/push.ts";
import { router } from "./api/trpc.ts";
import { usersRouter } from "./api/users.ts";

export const appRouter = router({
  messageGroups: messageGroupsRouter,
  messages: messagesRouter,
  users: usersRouter,
  push: pushRouter,
  live: liveRouter,
});

/** All the web app knows of the server. */
export type AppRouter = typeof appRouter;
