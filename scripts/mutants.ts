/** `pnpm mutants`: changes the code in small ways and shows which changes no test notices. */
import { CliError } from "@cruddur/command-line/cli-error";
import { createProgram, runCli } from "@cruddur/command-line/program";
import { Stryker } from "@stryker-mutator/core";
import { formatScores } from "./mutants/scores.ts";
import { TARGETS, type Target } from "./mutants/targets.ts";
import { root } from "./workspace.mjs";

interface Options {
  file?: string;
  force?: true;
  concurrency: string;
}

/** Folders that no test of a target reads; Stryker copies the rest. */
const NOT_COPIED = ["**/dist", "**/test-results", "**/.turbo", "**/.data", "docs/screenshots"];

type StrykerOptions = ConstructorParameters<typeof Stryker>[0];

function toOptions(
  name: string,
  target: Target,
  { file, force, concurrency }: Options,
): StrykerOptions {
  const { folder, mutate } = target;
  const files = mutate.map((pattern) => `${folder}/${pattern}`);
  const report = `test-results/mutants/${name}`;
  return {
    mutate: [...(file === undefined ? files : [file]), "!**/*.test.ts"],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "scripts/mutants/vitest.config.ts", related: false },
    incremental: file === undefined,
    incrementalFile: `${report}.incremental.json`,
    force: force ?? false,
    concurrency: Number(concurrency),
    ignorePatterns: NOT_COPIED,
    tempDirName: "test-results/.stryker",
    reporters: ["clear-text", "progress-append-only", "html", "json"],
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false },
    allowConsoleColors: false,
    // A hanging test is a mutant that was noticed, but starting an engine is no hanging.
    timeoutMS: 20_000,
    ignoreStatic: true,
    allowEmpty: true,
  };
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const unknown = names.filter((name) => TARGETS[name] === undefined);
  if (unknown.length > 0) {
    throw new CliError(`${unknown[0]} is none of ${Object.keys(TARGETS).join(", ")}`);
  }
  process.chdir(root);
  // Stryker runs tests in worker threads, which cannot change the time zone, as one test does.
  process.env.TZ = "Europe/Berlin";
  for (const [name, target] of Object.entries(TARGETS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.env.MUTANTS_OF = name;
    const results = await new Stryker(toOptions(name, target, options)).runMutationTest();
    const { text, score } = formatScores(name, results);
    process.stdout.write(`\n${text}\n`);
    if (options.file === undefined && score < target.atLeast) {
      process.stderr.write(`${name}: ${score.toFixed(1)} % is less than ${target.atLeast} %\n`);
      process.exitCode = 1;
    }
  }
}

const program = createProgram(
  "pnpm mutants",
  `Change the code in small ways, and show the changes that no test notices. Exits with 1 when a target is below its threshold.\nTargets: ${Object.keys(TARGETS).join(", ")}`,
)
  .argument("[targets...]", "default: all")
  .option("--file <path>", "mutate only this file, with the tests of the target")
  .option("--force", "test every mutant again, also those whose code and tests did not change")
  .option("--concurrency <number>", "test runners at once", "1")
  .action(run);

await runCli(program, process.argv);
