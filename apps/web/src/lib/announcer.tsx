import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

const WINDOW_MS = 2_000;
const SPOKEN_ONE_BY_ONE = 3;
const SPOKEN_MAX = 200;

export interface Announce {
  /** Spoken when the screen reader is idle: the connection, a finished action. */
  polite(text: string): void;
  /** Interrupts the screen reader: a failed send, the end of the session. */
  assertive(text: string): void;
  /** A live message from somebody else. Many at once become one sentence. */
  message(author: string, text: string): void;
}

/**
 * Turns announcements into the texts of two hidden live regions.
 * @param speak called with the next text of each region
 */
export function createAnnounce(speak: {
  polite(text: string): void;
  assertive(text: string): void;
}): Announce & { stop(): void } {
  let recent: number[] = [];
  let held = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    ...speak,
    message(author, text) {
      const now = Date.now();
      recent = recent.filter((at) => now - at < WINDOW_MS);
      recent.push(now);
      if (timer === undefined && recent.length <= SPOKEN_ONE_BY_ONE) {
        speak.polite(`${author}: ${[...text].slice(0, SPOKEN_MAX).join("")}`);
        return;
      }
      held += 1;
      clearTimeout(timer);
      timer = setTimeout(() => {
        speak.polite(held === 1 ? "1 new message" : `${held} new messages`);
        held = 0;
        timer = undefined;
      }, WINDOW_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

const AnnounceContext = createContext<Announce | null>(null);

/** Renders the app's only live regions, so that nothing is spoken twice. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState("");
  const [assertive, setAssertive] = useState("");
  const [announce] = useState(() =>
    createAnnounce({ polite: distinct(setPolite), assertive: distinct(setAssertive) }),
  );
  useEffect(() => announce.stop, [announce]);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite" data-testid="announcer-polite">
        {polite}
      </div>
      <div className="visually-hidden" aria-live="assertive" data-testid="announcer-assertive">
        {assertive}
      </div>
    </AnnounceContext>
  );
}

/** Announcements to screen readers. */
export function useAnnounce(): Announce {
  const announce = useContext(AnnounceContext);
  if (announce === null) throw new Error("useAnnounce outside AnnouncerProvider");
  return announce;
}

/** Makes a repeated sentence differ from the one before, because only a changed text is spoken. */
function distinct(set: (update: (previous: string) => string) => void) {
  return (text: string) => set((previous) => (previous === text ? `${text}\u00a0` : text));
}
