import { AVATARS_MAX_PEOPLE } from "@cruddur/contract/limits";
import { useEffect } from "react";
import { onLiveEvent } from "./live-events.ts";
import { createStore, useEntry } from "./store.ts";
import { getClient } from "./trpc.ts";

/** Long enough that the rows of a page, which appear one after the other, are one request. */
const COLLECT_MS = 50;

/** The paths of people's pictures, by user uuid; null for whoever has none. */
const avatars = createStore<ReadonlyMap<string, string | null>>(new Map());
/** The people whose pictures are shown and not known yet. */
let wanted = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The path of a person's picture; null without one, and until it is known. */
export function useAvatar(user_uuid: string): string | null {
  const path = useEntry(avatars, user_uuid);
  const isUnknown = path === undefined;
  useEffect(() => {
    if (isUnknown) want(user_uuid);
  }, [isUnknown, user_uuid]);
  return path ?? null;
}

/** Shows a picture that this tab has just set or removed. */
export function setAvatar(user_uuid: string, path: string | null): void {
  avatars.set(new Map(avatars.get()).set(user_uuid, path));
}

/**
 * Reads the pictures again that may have changed, while a person is signed in.
 * @returns how to stop; stopping forgets all pictures
 */
export function startAvatars(): () => void {
  const stops = [
    onLiveEvent("user", ({ user }) => {
      if (avatars.get().has(user.uuid)) want(user.uuid);
    }),
    onLiveEvent("resync", () => avatars.set(new Map())),
    // What was asked for without a connection was not answered.
    onLiveEvent("ready", () => schedule()),
  ];
  schedule();
  return () => {
    for (const stop of stops) stop();
    clearTimeout(timer);
    timer = undefined;
    wanted = new Set();
    avatars.set(new Map());
  };
}

function want(user_uuid: string): void {
  wanted.add(user_uuid);
  schedule();
}

function schedule(): void {
  if (wanted.size > 0) timer ??= setTimeout(() => void read(), COLLECT_MS);
}

async function read(): Promise<void> {
  timer = undefined;
  const user_uuids = [...wanted].slice(0, AVATARS_MAX_PEOPLE);
  try {
    const found = await getClient().users.avatars.query({ user_uuids });
    const next = new Map(avatars.get());
    for (const uuid of user_uuids) next.set(uuid, null);
    for (const { user_uuid, avatar } of found) next.set(user_uuid, avatar);
    for (const uuid of user_uuids) wanted.delete(uuid);
    avatars.set(next);
    schedule();
  } catch {
    // They are still wanted: the next connection, or the next person shown, asks again.
  }
}
