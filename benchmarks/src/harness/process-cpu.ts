import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process and its children have used so far; null where the system does not say. */
export function cpuSecondsOf(pid: number): number | null {
  try {
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const ticks = all.map((name) => ticksOf(name)).filter((each) => each !== null);
    const own = ticks.filter((each) => each.pid === pid || each.parent === pid);
    return own.reduce((sum, each) => sum + each.ticks, 0) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

function ticksOf(name: string): { pid: number; parent: number; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    // The name of the program stands in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      pid: Number(name),
      parent: Number(fields[1]),
      ticks: Number(fields[11]) + Number(fields[12]),
    };
  } catch {
    return null;
  }
}
