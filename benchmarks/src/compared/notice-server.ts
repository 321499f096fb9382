/**
 * What a server does with live notices, and nothing else: it attends people and tells others. One JSON
 * argument has where the notices travel and whom this process attends. A job publishes for a while.
 */
import { randomInt } from "node:crypto";
import { openLiveNotices } from "@cruddur/live-notices/open";
import { announceReady, onJob } from "../harness/job.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as {
  connectionUrl: string;
  liveUrl?: string;
  /** Uuids of all people, of whom this process attends some. */
  people: string[];
  attended: string[];
  name: string;
};

export interface NoticeJob {
  durationMs: number;
  /** How many notices are on their way at the same time. */
  concurrency: number;
}

export interface NoticeResult {
  published: number;
  /** Milliseconds from the call to the arrival here, of every tenth notice, by its name. */
  arrivals: Record<string, number>;
  cpuUs: number;
}

/** As long as the notice of a message. */
const PADDING = "x".repeat(250);
const SAMPLED = 10;
const LAST_ARRIVALS_MS = 200;

const notices = await openLiveNotices({ ...settings, onError: () => {} });
let arrivals: Record<string, number> = {};
const now = () => performance.timeOrigin + performance.now();
notices.onNotice((payload) => {
  const { name, at } = JSON.parse(payload) as { name: string | null; at: number };
  if (name !== null) arrivals[name] = now() - at;
});
await notices.ready();
await Promise.all(settings.attended.map((user_uuid) => notices.attend(user_uuid)));

const somebody = () => settings.people[randomInt(settings.people.length)] ?? "";
let total = 0;

onJob<NoticeJob, NoticeResult>(async ({ durationMs, concurrency }) => {
  arrivals = {};
  const before = process.cpuUsage();
  const stopAt = performance.now() + durationMs;
  let published = 0;
  const publishOn = async () => {
    while (performance.now() < stopAt) {
      total += 1;
      const name = total % SAMPLED === 0 ? `${settings.name}-${total}` : null;
      const payload = JSON.stringify({ name, at: now(), padding: PADDING });
      await notices.publish([somebody(), somebody()], payload);
      published += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, publishOn));
  // The last notices of the other processes are on their way.
  await new Promise((resolve) => setTimeout(resolve, LAST_ARRIVALS_MS));
  const { user, system } = process.cpuUsage(before);
  return { published, arrivals, cpuUs: user + system };
});
announceReady(0);
