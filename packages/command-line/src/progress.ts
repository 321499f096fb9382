import cliProgress from "cli-progress";
import { note } from "./output.ts";

export interface Progress {
  add(count?: number): void;
  setTotal(total: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 3_000;

/**
 * Shows progress on stderr, which leaves stdout to the result: as a bar on a terminal, elsewhere as a
 * line every three seconds. While the total is unknown (0) or was exceeded, only the count is shown.
 * @param options.now a clock in milliseconds
 */
export function createProgress(
  label: string,
  total = 0,
  options: { isTerminal?: boolean; now?: () => number } = {},
): Progress {
  const { isTerminal = process.stderr.isTTY === true, now = Date.now } = options;
  return isTerminal ? createBar(label, total) : createLines(label, total, now);
}

function createBar(label: string, total: number): Progress {
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

function createLines(label: string, initialTotal: number, now: () => number): Progress {
  let value = 0;
  let total = initialTotal;
  let shownMs = now();
  return {
    add(count = 1) {
      value += count;
      if (now() - shownMs < LINE_EVERY_MS) return;
      shownMs = now();
      note(`${label} ${value}${total >= value ? `/${total}` : ""}`);
    },
    setTotal(next) {
      total = next;
    },
    stop() {},
  };
}
