import type { LiveNotices, LiveNoticesOptions } from "./live-notices.ts";
import { createNotifications } from "./postgres-notifications.ts";

const NOTICES_CHANNEL = "cruddur_live";

/**
 * Notices over LISTEN and NOTIFY, on the Postgres that is there anyway. Every server receives every
 * notice, so people need no attendance; that is also its limit (docs/scale.md).
 */
export function createPostgresNotices(
  options: LiveNoticesOptions & { connectionUrl: string },
): LiveNotices {
  const notifications = createNotifications(options);
  const listen = (channel: string, handler: (payload: string) => void) => {
    notifications.subscribe(channel, handler).catch(options.onError);
  };
  return {
    usesAudience: false,
    publish: (_audience, payload) => notifications.publish(NOTICES_CHANNEL, payload),
    onNotice: (handler) => listen(NOTICES_CHANNEL, handler),
    broadcast: (topic, payload) => notifications.publish(`cruddur_${topic}`, payload),
    subscribe: (topic, handler) => listen(`cruddur_${topic}`, handler),
    attend: () => notifications.ready(),
    leave: () => {},
    attendedSinceMs: () => 0,
    onGap: (callback) => void notifications.onReconnect(callback),
    ready: notifications.ready,
    isConnected: notifications.isConnected,
    close: notifications.close,
  };
}
