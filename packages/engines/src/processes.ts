import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** True while a process with this pid runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Dead, but not yet collected by its parent: a container's first process may never do so. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ""));
  } catch {
    return false;
  }
}

/** Its arguments joined by spaces, or "" when it can't be told: pids are reused, so look before you kill. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const raw = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return raw.replaceAll("\0", " ").trim();
  }
  if (process.platform === "win32") {
    return askPowerShell(`(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`);
  }
  return ask("ps", ["-o", "command=", "-p", String(pid)]);
}

/** What a program prints, or "" where it fails. */
async function ask(program: string, args: readonly string[]): Promise<string> {
  const asked = promisify(execFile)(program, args, { windowsHide: true });
  const { stdout } = await asked.catch(() => ({ stdout: "" }));
  return stdout.trim();
}

/** Every Windows has this PowerShell; it has no `ps`. */
function askPowerShell(expression: string): Promise<string> {
  return ask("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", expression]);
}

/**
 * What tells a process from a later one with the same pid: when it started. null when there is none.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    // Fields after the name, which may itself hold spaces; the 20th of them is the start time.
    const started = stat.replace(/^.*\) /s, "").split(" ")[19];
    return started === undefined ? null : `${boot.trim()}:${started}`;
  }
  const started =
    process.platform === "win32"
      ? await askPowerShell(`(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`)
      : await ask("ps", ["-o", "lstart=", "-p", String(pid)]);
  return started || null;
}

/** Resolves true once the process is gone, false when `timeoutMs` passed first. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}
