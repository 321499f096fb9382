import type { TestResult } from "../test-report.mjs";

interface Count {
  file: string;
  name: string;
  /** The number of rounds in which the test passed or failed. */
  rounds: number;
  failures: number;
  /** The message of its last failure. */
  message: string;
}

/** Counts the results of each test in many rounds. */
export interface Tally {
  add(results: readonly TestResult[]): void;
  /** The number of failures of all tests. */
  failures(): number;
  /** Every test with its failures, by file, then the messages of the failures, then the sums. */
  toText(): string;
}

export function createTally(): Tally {
  const counts = new Map<string, Count>();
  const failures = () => [...counts.values()].reduce((sum, count) => sum + count.failures, 0);
  return {
    add(results) {
      for (const { file, name, status, message } of results) {
        if (status === "skipped") continue;
        const key = `${file}\0${name}`;
        const count = counts.get(key) ?? { file, name, rounds: 0, failures: 0, message: "" };
        counts.set(key, count);
        count.rounds += 1;
        if (status !== "failed") continue;
        count.failures += 1;
        count.message = message;
      }
    },
    failures,
    toText() {
      const all = [...counts.values()];
      const files = [...new Set(all.map(({ file }) => file))].toSorted();
      const table = files.flatMap((file) => [
        file,
        ...all.filter((count) => count.file === file).map((count) => `  ${rowOf(count)}`),
      ]);
      const failing = all.filter((count) => count.failures > 0);
      const messages = failing.map((count) => `${count.file}: ${rowOf(count)}\n${count.message}\n`);
      const sum = `${all.length} tests: ${failures()} failures, in ${failing.length} tests`;
      return [...table, "", ...messages, sum].join("\n");
    },
  };
}

function rowOf({ failures, rounds, name }: Count): string {
  const mark = failures > 0 ? "✗" : "✓";
  return `${mark} ${failures} of ${rounds}  ${name}`;
}
