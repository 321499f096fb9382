import type { LiveNotices, LiveNoticesOptions } from "./live-notices.ts";
import { createPostgresNotices } from "./postgres.ts";
import { createValkeyNotices } from "./valkey.ts";

/**
 * Opens the notices of the configured engine: Valkey or Redis where there is a `liveUrl`, otherwise
 * Postgres. All servers of a deployment must use the same one.
 */
export function openLiveNotices(
  options: LiveNoticesOptions & { connectionUrl: string; liveUrl?: string | undefined },
): LiveNotices {
  const { connectionUrl, liveUrl, ...rest } = options;
  return liveUrl === undefined
    ? createPostgresNotices({ ...rest, connectionUrl })
    : createValkeyNotices({ ...rest, url: liveUrl });
}
