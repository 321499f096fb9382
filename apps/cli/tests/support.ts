import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { inject } from "vitest";

export type ProgramName = "ddb" | "db" | "cognito";

export interface Outcome {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** The developer's own environment does not reach the commands, except what every process needs. */
const base = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
};

/** Runs a command in a process of its own, without a terminal. */
export async function runProgram(
  program: ProgramName,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  input = "",
): Promise<Outcome> {
  return run([join(inject("programsDirectory"), `${program}.mjs`), ...args], env, input);
}

/**
 * Runs a command whose process is killed some time after it has written a text to stderr, unless it
 * ends before.
 */
export async function killProgramAt(
  program: ProgramName,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  at?: { mark: string; delayMs: number },
): Promise<Outcome & { signal: string | undefined }> {
  const child = start([join(inject("programsDirectory"), `${program}.mjs`), ...args], env);
  let written = "";
  child.stderr.on("data", (chunk: Buffer) => {
    const isBefore = !written.includes(at?.mark ?? "");
    written += chunk.toString();
    if (at === undefined || !isBefore || !written.includes(at.mark)) return;
    setTimeout(() => child.kill("SIGKILL"), at.delayMs);
  });
  const { exitCode, stdout, stderr, signal } = await child;
  return { exitCode, stdout, stderr, signal };
}

/** Runs a command from source, as `pnpm <program> …` does. */
export async function runSource(program: ProgramName, args: readonly string[]): Promise<Outcome> {
  const file = fileURLToPath(new URL(`../src/bin/${program}.ts`, import.meta.url));
  return run(["--import", "tsx", file, ...args], {}, "");
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input: string,
): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await start(args, env, input);
  return { exitCode, stdout, stderr };
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input = "",
) {
  return execa(process.execPath, args, {
    env: { ...base, DATA_DIR: "/nonexistent", ...env },
    extendEnv: false,
    reject: false,
    input,
  });
}
