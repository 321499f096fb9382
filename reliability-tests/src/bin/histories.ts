import { runCli } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { Command, InvalidArgumentError } from "commander";
import fc from "fast-check";
import { checkFaultyHistory, faultyHistory } from "../faulty-history.ts";
import { Worlds } from "../world.ts";

interface Options {
  runs: number;
  seed: number;
}

const integer = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("not a whole number");
  return number;
};

async function runHistories({ runs, seed }: Options): Promise<void> {
  await using worlds = new Worlds();
  const progress = createProgress("histories", runs);
  const startedMs = Date.now();
  let operations = 0;
  const details = await fc.check(
    fc.asyncProperty(faultyHistory, async (faulty) => {
      operations += await checkFaultyHistory(await worlds.create(faulty), faulty);
      progress.add();
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  progress.stop();
  const figures = {
    seed,
    histories: details.numRuns,
    operations,
    seconds: Math.round((Date.now() - startedMs) / 1000),
    failures: details.failed ? 1 : 0,
    faults: Object.fromEntries([...worlds.faults].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  console.log(JSON.stringify(figures, null, 2));
  if (details.failed) {
    console.error(details.errorInstance);
    throw new Error(`broken; replay with --seed ${seed} --runs ${details.numRuns}`);
  }
}

const program = new Command("histories")
  .description("Plays random histories under every fault against the model; prints the figures.")
  .option("--runs <count>", "histories", integer, 1_000)
  .option("--seed <number>", "seed of the histories and their faults", integer, 20_261_121)
  .action(runHistories);

await runCli(program, process.argv);
