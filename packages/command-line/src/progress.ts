import cliProgress from "cli-progress";

export interface Progress {
  add(count?: number): void;
  setTotal(total: number): void;
  stop(): void;
}

/**
 * A progress bar on stderr, which leaves stdout to the result. Without a terminal it prints nothing.
 * While the total is unknown (0) or was exceeded, only the count is shown: a bar would look full.
 */
export function createProgress(label: string, total = 0): Progress {
  if (!process.stderr.isTTY) return { add() {}, setTotal() {}, stop() {} };
  const bar = new cliProgress.SingleBar({
    format: (options, params, payload) => {
      const isKnown = params.total > 0 && params.value <= params.total;
      const format = `${label} ${isKnown ? "{bar} {value}/{total} {eta_formatted}" : "{value}"}`;
      return cliProgress.Format.Formatter({ ...options, format }, params, payload);
    },
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    add: (count = 1) => bar.increment(count),
    setTotal: (next) => bar.setTotal(next),
    stop: () => bar.stop(),
  };
}
