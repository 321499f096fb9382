import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { execa } from "execa";

const OPERATIONS = fileURLToPath(new URL("../../docs/operations/", import.meta.url));
const FAKE_AWS = fileURLToPath(new URL("fake-aws.sh", import.meta.url));
const RUN_TASK = fileURLToPath(new URL("run-task.mjs", import.meta.url));
const AT_AWS = fileURLToPath(new URL("../../apps/cli/tests/at-aws.mjs", import.meta.url));

const shellBlocks = (page: string): string[] =>
  [...readFileSync(join(OPERATIONS, page), "utf8").matchAll(/^```sh\n(.*?)^```/gms)].map(
    ([, block = ""]) => block,
  );

const isTask = (line: string) => /^(operate|run_task) /.test(line);

/** Every line of the operations' documentation that starts a task, once, and those that destroy last. */
export function documentedTasks(): string[] {
  const pages = ["commands.md", "deploy.md", "runbook.md", "monitor.md", "README.md"];
  const inBlocks = pages.flatMap((page) =>
    shellBlocks(page).flatMap((block) => block.replaceAll("\\\n", "").split("\n")),
  );
  const inText = pages.flatMap((page) =>
    [...readFileSync(join(OPERATIONS, page), "utf8").matchAll(/`(operate [^`]+)`/g)].map(
      ([, line = ""]) => line,
    ),
  );
  const lines = [...inBlocks, ...inText].filter(isTask).map((line) => line.replace(/ +#.*/, ""));
  const destroys = (line: string) => / (erase|drop) /.test(line);
  const unique = [...new Set(lines)];
  return [...unique.filter((line) => !destroys(line)), ...unique.filter(destroys)];
}

/** The command of a line by its name, such as `ddb scan` or `ops`. */
export function commandOf(line: string): string {
  const [, program = "", command = ""] =
    /^operate (\w+)(?: ([a-z][\w-]*))?/.exec(line) ?? /bin\/(\w+)\.mjs ([\w-]+)/.exec(line) ?? [];
  return `${program} ${command}`.trim();
}

export interface OperatorShell {
  /** Runs one line after the functions that commands.md defines. */
  run(line: string): Promise<{ printed: string; exitCode: string; stderr: string }>;
  /** The calls that the operator's own AWS CLI made, such as `ecs run-task`. */
  ownCalls(): Set<string>;
}

/** A shell as the page describes it, with an AWS CLI that runs tasks on this machine. */
export function createOperatorShell(
  directory: string,
  env: Readonly<Record<string, string>>,
): OperatorShell {
  const [tasks, bin] = ["tasks", "bin"].map((name) => join(directory, name)) as [string, string];
  for (const folder of [tasks, bin]) mkdirSync(folder, { recursive: true });

  symlinkSync(FAKE_AWS, join(bin, "aws"));
  const functions = shellBlocks("commands.md")[0] ?? "";
  return {
    async run(line) {
      const { stdout, stderr } = await execa(
        "bash",
        ["--norc", "-euo", "pipefail", "-c", `${functions}\n${line}`],
        {
          env: {
            PATH: [bin, process.env.PATH].join(delimiter),
            TASKS: tasks,
            RUN_TASK,
            CONTAINER: directory,
            CONTAINER_ENV: JSON.stringify({
              PATH: process.env.PATH,
              // Also where the task runs a shell that runs a program.
              NODE_OPTIONS: `--import=${pathToFileURL(AT_AWS).href}`,
              ...env,
            }),
          },
          extendEnv: false,
          reject: false,
        },
      );
      const lines = stdout.split("\n");
      return { printed: lines.slice(0, -1).join("\n"), exitCode: lines.at(-1) ?? "", stderr };
    },
    ownCalls: () => new Set(readFileSync(join(tasks, "calls"), "utf8").trim().split("\n")),
  };
}
