import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process. On Linux it ends when this process ends: see `startChild`. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** How the process ended; null while it runs. */
  exit(): ChildExit | null;
  /** The last part of its output, for error messages. */
  output(): string;
  /** Sends a signal, and SIGKILL after `graceMs`. Resolves when the process has ended. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** Sends SIGKILL. Resolves when the process has ended. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Receives every line of its standard output and standard error. */
  log?: ((line: string) => void) | undefined;
  /** The signal that the kernel sends to it when this process ends. Linux only. */
  deathSignal?: "SIGTERM" | "SIGINT" | "SIGKILL";
  /** An open file descriptor of this process that becomes descriptor 3 of the child. */
  passedDescriptor?: number | undefined;
  /** The user that runs it. Only root can choose one. */
  runAs?: { uid: number; gid: number } | undefined;
}

const OUTPUT_MAX_CHARS = 8_000;

/**
 * Starts a program in a process group of its own (on Windows, with a hidden console), so that the
 * terminal's Ctrl-C does not reach it and this process can stop its children in order. On Linux,
 * `setpriv` makes the kernel signal the child when this process ends, even by SIGKILL; on other
 * systems the child may be left over. On Windows, every signal ends the child at once.
 */
export async function startChild(
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Child> {
  const { passedDescriptor } = options;
  const guarded = guard(command, args, options);
  const child = spawn(guarded.command, guarded.args, {
    cwd: options.cwd,
    env: options.env,
    // On Windows a detached child has no console, so that each of its own children would open one.
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: [
      "ignore",
      "pipe",
      "pipe",
      ...(passedDescriptor === undefined ? [] : [passedDescriptor]),
    ],
    ...guarded.credentials,
  });
  let output = "";
  let ended: ChildExit | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_MAX_CHARS);
      if (options.log === undefined) return;
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) options.log(line);
    });
  }
  const exited = new Promise<ChildExit>((resolve) => {
    child.once("close", (code, signal) => {
      ended = { code, signal };
      resolve(ended);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", (error) => reject(new Error(`can't run ${command}: ${error.message}`)));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`can't run ${command}`);

  const stop = async (signal: NodeJS.Signals = "SIGTERM", graceMs = 10_000): Promise<void> => {
    if (ended !== null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return {
    pid,
    exited,
    exit: () => ended,
    output: () => output.trim(),
    stop,
    kill: () => stop("SIGKILL"),
    [Symbol.asyncDispose]: () => stop(),
  };
}

interface Guarded {
  command: string;
  args: readonly string[];
  credentials: { uid?: number; gid?: number };
}

/** The command that runs a program by `setpriv`, which replaces itself by it and so keeps the pid. */
function guard(command: string, args: readonly string[], options: ChildOptions): Guarded {
  const setpriv = findSetpriv();
  const { runAs, deathSignal = "SIGTERM" } = options;
  if (setpriv === null) return { command, args, credentials: runAs ?? {} };
  const death = `--pdeathsig=${deathSignal.replace("SIG", "")}`;
  // Keeps the right to enter directories, since the program may be in one that only root can enter.
  const become =
    runAs === undefined
      ? []
      : [
          `--reuid=${runAs.uid}`,
          `--regid=${runAs.gid}`,
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override",
          "--securebits=+no_setuid_fixup",
        ];
  return { command: setpriv, args: [...become, death, "--", command, ...args], credentials: {} };
}

let setprivPath: string | null | undefined;

function findSetpriv(): string | null {
  if (setprivPath !== undefined) return setprivPath;
  setprivPath = null;
  if (process.platform !== "linux") return null;
  // Not PATH, since this runs before privileges are dropped.
  for (const directory of ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]) {
    try {
      const candidate = join(directory, "setpriv");
      accessSync(candidate, constants.X_OK);
      setprivPath = candidate;
      break;
    } catch {}
  }
  return setprivPath;
}

/** Waits until `ready` resolves to true. Rejects with the child's output when it ends or is too late. */
export async function waitUntilReady(
  child: Child,
  name: string,
  ready: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let delayMs = 10; ; delayMs = Math.min(delayMs * 1.5, 200)) {
    const ended = child.exit();
    if (ended !== null) {
      throw new Error(`${name} ended at start (${ended.signal ?? ended.code}): ${child.output()}`);
    }
    if (await ready()) return;
    if (Date.now() > deadline) {
      await child.kill();
      throw new Error(`${name} wasn't ready after ${timeoutMs} ms: ${child.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
