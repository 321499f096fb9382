import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process we started. It never outlives us where the system can promise that (see `startChild`). */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** How it ended, or null while it runs. */
  exit(): ChildExit | null;
  /** The end of what it wrote, for error messages. */
  output(): string;
  /** Asks it to end, and after `graceMs` makes it. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Every line it writes, on either stream. */
  log?: ((line: string) => void) | undefined;
  /** What the kernel sends it when this process dies, however it dies. */
  deathSignal?: "SIGTERM" | "SIGINT" | "SIGKILL";
  /** An open file descriptor that the program finds as its descriptor 3. */
  passedDescriptor?: number | undefined;
  /** Runs it as this user, when we are root. */
  runAs?: { uid: number; gid: number } | undefined;
}

const OUTPUT_MAX_CHARS = 8_000;

/**
 * Starts a program out of reach of the terminal's Ctrl-C, so that we can stop our children in order:
 * in a process group of its own, on Windows in a console of its own that isn't shown. On Linux
 * `setpriv` asks the kernel to signal the child when we die, even by SIGKILL; elsewhere an orphan is
 * left, and its starter must look for it. Windows has no signals: there every one ends the child at
 * once, as SIGKILL does.
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
    // On Windows this would leave the child without a console, and each child of its own would open one.
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

/** `setpriv` execs the program, so the pid stays the child's. */
function guard(command: string, args: readonly string[], options: ChildOptions): Guarded {
  const setpriv = findSetpriv();
  const { runAs, deathSignal = "SIGTERM" } = options;
  if (setpriv === null) return { command, args, credentials: runAs ?? {} };
  const death = `--pdeathsig=${deathSignal.replace("SIG", "")}`;
  // The program may lie under a directory that only root may enter, so that one right is kept.
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
  // A fixed list rather than PATH: this runs before privileges are dropped.
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

/** Waits until `ready` resolves true. Rejects with what the child said when it ends or time is up. */
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
