import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Returns true while a process with this pid runs, also one of another user. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Returns true for a process that has ended and whose parent has not read its exit status. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ""));
  } catch {
    return false;
  }
}

/** The command line of a process, or "" if unknown. Pids are reused, so check it before a kill. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const raw = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return raw.replaceAll("\0", " ").trim();
  }
  if (process.platform === "win32") {
    return evaluateInPowerShell(
      `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
    );
  }
  return outputOf("ps", ["-o", "command=", "-p", String(pid)]);
}

/** The output of a program, or "" if it fails. */
async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(program, args, { windowsHide: true });
  const { stdout } = await run.catch(() => ({ stdout: "" }));
  return stdout.trim();
}

/** Evaluates an expression in the PowerShell of Windows, which has no `ps`. */
function evaluateInPowerShell(expression: string): Promise<string> {
  return outputOf("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", expression]);
}

/**
 * The start time of a process, which distinguishes it from a later process with the same pid. null
 * when no process has this pid.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    // The start time is the 20th field after the name, which may contain spaces.
    const started = stat.replace(/^.*\) /s, "").split(" ")[19];
    return started === undefined ? null : `${boot.trim()}:${started}`;
  }
  const started =
    process.platform === "win32"
      ? await evaluateInPowerShell(`(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`)
      : await outputOf("ps", ["-o", "lstart=", "-p", String(pid)]);
  return started || null;
}

/** Resolves to true when the process has ended, to false when it runs after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
