import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { chromiumPath } from "./config.ts";
import { runOnceAcrossProcesses } from "./run-once-across-processes.ts";

export interface ChromiumOptions {
  /** Default: true. The packaged browser is always headless. */
  headless?: boolean;
}

/** Replaces the package's defaults, which use one process without web security and so hide faults. */
const ARGS = ["--disable-background-networking", "--font-render-hinting=none", "--no-pings"];

/** Where Linux distributions install Chromium. There is no Google Chrome for Linux arm64. */
const LINUX_PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium"];

/** The packaged browser, or one that Playwright finds by these options. */
export type BrowserChoice = "packaged" | Pick<LaunchOptions, "channel" | "executablePath">;

export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  headless: boolean;
  /** The value of `CHROMIUM_PATH`. */
  named?: string | undefined;
  exists: (path: string) => boolean;
}

/**
 * The browsers to try, in order. Where CHROMIUM_PATH names one, no other is tried, so that a wrong
 * path is noticed. Where the packaged one runs, no other is tried, so that all tests use the same.
 */
export function browserChoices(machine: Machine): BrowserChoice[] {
  const { platform, arch, headless, named, exists } = machine;
  if (named !== undefined) return [{ executablePath: named }];
  if (platform === "linux" && arch === "x64" && headless) return ["packaged"];
  const programs = platform === "linux" ? LINUX_PROGRAMS.filter(exists) : [];
  return [
    { channel: "chrome" },
    { channel: "msedge" },
    ...programs.map((executablePath) => ({ executablePath })),
  ];
}

/**
 * Starts Chromium: the program that `CHROMIUM_PATH` names, otherwise that of the npm package on
 * Linux x64, otherwise an installed Chrome, Edge or Chromium. Rejects with one line that says how to
 * get a browser.
 */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const { headless = true } = options;
  const { platform, arch } = process;
  const machine = { platform, arch, headless, named: chromiumPath(), exists: existsSync };
  const isRoot = process.getuid?.() === 0;
  const args = isRoot ? [...ARGS, "--no-sandbox"] : ARGS;
  const reasons: string[] = [];
  for (const choice of browserChoices(machine)) {
    try {
      const where = choice === "packaged" ? { executablePath: await unpackOnce() } : choice;
      return await chromium.launch({ ...where, headless, args });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reasons.push(message.split("\n", 1).join());
    }
  }
  throw new Error(
    `can't start a browser (${reasons.join("; ")}): install Google Chrome or Microsoft Edge, or set CHROMIUM_PATH to a Chromium program`,
  );
}

/** Unpacks the package into the temporary directory, in one process at a time. */
async function unpackOnce(): Promise<string> {
  const { default: packed } = await import("@sparticuz/chromium");
  const program = join(tmpdir(), "chromium");
  const done = join(tmpdir(), "cruddur-chromium.done");
  await runOnceAcrossProcesses({
    isDone: () => existsSync(done) && existsSync(program),
    lock: join(tmpdir(), "cruddur-chromium.lock"),
    async make() {
      // Without the marker file, the program may be incomplete.
      if (!existsSync(done)) await rm(program, { force: true });
      await packed.executablePath();
      await writeFile(done, "");
    },
  });
  return program;
}
