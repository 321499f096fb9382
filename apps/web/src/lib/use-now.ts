import { useEffect } from "react";
import { serverNow } from "./clock.ts";
import { createStore, useStore } from "./store.ts";

const TICK_MS = 15_000;

const present = createStore(serverNow());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Renders the component again as time passes, for ages such as "3m". The page has one timer. */
export function useNow(): number {
  useEffect(() => {
    if (users++ === 0) timer = setInterval(() => present.set(serverNow()), TICK_MS);
    return () => {
      if (--users === 0) clearInterval(timer);
    };
  }, []);
  return useStore(present);
}
