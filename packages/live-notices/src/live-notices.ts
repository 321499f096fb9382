/** The people who are told, by their user uuids, or every server, whoever is connected to it. */
export type Audience = readonly string[] | "everyone";

/** What servers tell one another besides notices. */
export type Topic = "limits" | "sessions_ended" | "operator_notices";

/**
 * Carries notices between servers. Delivery is best effort and in order for each person: a notice
 * arrives once on every server that attends somebody in its audience, or not at all, and whatever may
 * have been lost is followed by `onGap`. Servers read what they missed from the table.
 */
export interface LiveNotices {
  /** False where every notice goes to every server, so that nobody needs to look up the audience. */
  readonly usesAudience: boolean;
  /**
   * Sends a notice. It arrives on this server, too. Throws AppError `unavailable` at once while the
   * connection is down, and RangeError for a payload over `NOTICE_MAX_BYTES`.
   */
  publish(audience: Audience, payload: string): Promise<void>;
  onNotice(handler: (payload: string) => void): void;
  /** Sends a payload to every server's subscribers of a topic. Throws like `publish`. */
  broadcast(topic: Topic, payload: string): Promise<void>;
  subscribe(topic: Topic, handler: (payload: string) => void): void;
  /**
   * Asks for a person's notices; call it once for each live connection. Resolves once they arrive, or
   * once that has to wait until the connection is restored, which is followed by `onGap`.
   */
  attend(user_uuid: string): Promise<void>;
  /** Ends one `attend`. Notices may arrive for a while longer, for a person who soon reconnects. */
  leave(user_uuid: string): void;
  /**
   * @returns the moment since which every notice to the person has arrived here, in ms since the
   *   epoch; 0 when people need no attendance, null while the person isn't attended
   */
  attendedSinceMs(user_uuid: string): number | null;
  /** The callback runs each time that listening resumes; notices in between were lost. */
  onGap(callback: () => void): void;
  /** Resolves once it listens, or once the first attempt has failed; further attempts follow. */
  ready(): Promise<void>;
  /** True while everything arrives that was asked for. */
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface LiveNoticesOptions {
  /** Receives each lost connection, failed attempt and error of a handler. Listening continues. */
  onError: (error: unknown) => void;
  /** How often an idle connection is tested, so that a dead network is noticed. Default 15000. */
  keepAliveMs?: number | undefined;
  /** How long a connection or a command may take. Default 5000. */
  timeoutMs?: number | undefined;
}

/** The most that Postgres carries; the same for all engines, so that no notice depends on one. */
export const NOTICE_MAX_BYTES = 7_999;
