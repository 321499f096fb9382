/** `pnpm test:repeat`: runs tests many times to find those that do not always pass. */
import { CliError } from "@cruddur/command-line/cli-error";
import { createProgram, runCli } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { InvalidArgumentError } from "commander";
import pLimit from "p-limit";
import { burnCpu } from "./repeat/burn-cpu.ts";
import { runTests } from "./repeat/run-tests.ts";
import { type Run, selectRuns } from "./repeat/select-runs.ts";
import { createTally, type Tally } from "./repeat/tally.ts";
import { runTool } from "./workspace.mjs";

/** The concurrency of `pnpm test`, so that packages disturb each other in the same way. */
const PACKAGES_AT_ONCE = 2;
const BURNERS = 2;

interface Options {
  times: number;
  busy: boolean;
}

const parseCount = (value: string): number => {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("Not a whole number.");
  return count;
};

async function repeat(words: readonly string[], { times, busy }: Options): Promise<void> {
  // pnpm starts scripts in the repository. INIT_CWD is the folder of the person who called it.
  const runs = selectRuns(words, process.env.INIT_CWD);
  if (runTool("turbo", ["run", "build", "--output-logs=errors-only"]).status !== 0) {
    throw new CliError("the build failed: see the output above");
  }
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const tally = createTally();
  const burners = await burnCpu(busy ? BURNERS : 0);
  try {
    await runRounds(runs, times, tally, ending.signal);
  } finally {
    await burners.stop();
  }
  process.stdout.write(`\n${tally.toText()}\n`);
  if (ending.signal.aborted) throw new CliError("stopped before the last round");
  if (tally.failures() > 0) process.exitCode = 1;
}

async function runRounds(
  runs: readonly Run[],
  times: number,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const progress = createProgress("test runs", times * runs.length);
  for (let round = 1; round <= times && !signal.aborted; round += 1) {
    const limit = pLimit(PACKAGES_AT_ONCE);
    await limit.map(runs, async (run) => {
      if (signal.aborted) return;
      tally.add(await runTests(run, signal));
      progress.add();
    });
    if (!process.stderr.isTTY) {
      process.stderr.write(`round ${round} of ${times}: ${tally.failures()} failures so far\n`);
    }
  }
  progress.stop();
}

const program = createProgram(
  "pnpm test:repeat",
  "Run the tests many times and print how often each failed. Exits with 1 if any failed.",
)
  .argument("[files or packages...]", "such as web or apps/web/tests/touch.test.ts; default: all")
  .option("--times <number>", "number of rounds", parseCount, 10)
  .option("--busy", `keep ${BURNERS} CPU cores busy during the tests`, false)
  .action(repeat);

await runCli(program, process.argv);
