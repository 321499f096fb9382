import { fileURLToPath } from "node:url";
import { execa } from "execa";

export type ProgramName = "ddb" | "db" | "cognito";

export interface Outcome {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** Nothing of the developer's own environment reaches the command but what a process needs. */
const base = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** Runs a command as `pnpm <program> …` does: a process of its own, without a terminal. */
export async function runProgram(
  program: ProgramName,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  input = "",
): Promise<Outcome> {
  const file = fileURLToPath(new URL(`../src/bin/${program}.ts`, import.meta.url));
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ["--import", "tsx", file, ...args],
    {
      env: { ...base, DATA_DIR: "/nonexistent", ...env },
      extendEnv: false,
      reject: false,
      input,
    },
  );
  return { exitCode, stdout, stderr };
}
