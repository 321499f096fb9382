import { runCli } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { Command, InvalidArgumentError } from "commander";
import fc from "fast-check";
import { checkScenario, scenarios } from "../scenario.ts";
import { TestEnvironments } from "../test-environment.ts";

interface Options {
  runs: number;
  seed: number;
}

const parseInteger = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It must be a whole number.");
  return number;
};

async function runOperationHistories({ runs, seed }: Options): Promise<void> {
  await using environments = new TestEnvironments();
  const progress = createProgress("operation histories", runs);
  const startedMs = Date.now();
  let operations = 0;
  const details = await fc.check(
    fc.asyncProperty(scenarios, async (scenario) => {
      operations += await checkScenario(await environments.create(scenario), scenario);
      progress.add();
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  progress.stop();
  const figures = {
    seed,
    operationHistories: details.numRuns,
    operations,
    seconds: Math.round((Date.now() - startedMs) / 1000),
    failures: details.failed ? 1 : 0,
    faults: Object.fromEntries([...environments.faults].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  console.log(JSON.stringify(figures, null, 2));
  if (details.failed) {
    console.error(details.errorInstance);
    throw new Error(`Run it again with --seed ${seed} --runs ${details.numRuns}.`);
  }
}

const program = new Command("operation-histories")
  .description(
    "Runs random operation histories while every kind of fault is injected, compares the table " +
      "with the model, and prints how many operations and faults there were.",
  )
  .option("--runs <count>", "number of operation histories", parseInteger, 1_000)
  .option("--seed <number>", "seed of the operation histories", parseInteger, 20_261_121)
  .action(runOperationHistories);

await runCli(program, process.argv);
