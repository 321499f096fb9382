import { OPERATOR_NOTICES_CHANNEL, SESSIONS_ENDED_CHANNEL } from "@cruddur/contract/notifications";
import type { LiveNotices, LiveNoticesOptions, Topic } from "./live-notices.ts";
import { createPostgresNotices } from "./postgres.ts";
import { createNotifications } from "./postgres-notifications.ts";

/**
 * Opens the notices of the configured engine: Valkey or Redis where there is a `liveUrl`, otherwise
 * Postgres. All servers of a deployment must use the same one.
 */
export async function openLiveNotices(
  options: LiveNoticesOptions & { connectionUrl: string; liveUrl?: string | undefined },
): Promise<LiveNotices> {
  const { connectionUrl, liveUrl, ...rest } = options;
  if (liveUrl === undefined) return createPostgresNotices({ ...rest, connectionUrl });
  // The client takes memory, so only a server that uses it loads it.
  const { createValkeyNotices } = await import("./valkey.ts");
  return withOperators(createValkeyNotices({ ...rest, url: liveUrl }), { ...rest, connectionUrl });
}

/** What operators' commands send, by its channel of Postgres. */
const OPERATOR_CHANNELS: Partial<Record<Topic, string>> = {
  sessions_ended: SESSIONS_ENDED_CHANNEL,
  operator_notices: OPERATOR_NOTICES_CHANNEL,
};

/**
 * Adds what operators' commands say. They reach Postgres and nothing else, so a server with another
 * engine listens to both. An interruption of Postgres is passed on as an empty payload.
 */
function withOperators(
  notices: LiveNotices,
  options: LiveNoticesOptions & { connectionUrl: string },
): LiveNotices {
  const notifications = createNotifications(options);
  return {
    ...notices,
    subscribe(topic, handler) {
      const channel = OPERATOR_CHANNELS[topic];
      if (channel === undefined) return notices.subscribe(topic, handler);
      notifications.subscribe(channel, handler).catch(options.onError);
      notifications.onReconnect(() => handler(""));
    },
    ready: async () => void (await Promise.all([notices.ready(), notifications.ready()])),
    isConnected: () => notices.isConnected() && notifications.isConnected(),
    close: async () => void (await Promise.all([notices.close(), notifications.close()])),
  };
}
