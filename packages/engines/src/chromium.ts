import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { chromiumPath } from "./config.ts";
import { makeOnce } from "./make-once.ts";

export interface ChromiumOptions {
  /** Default: true. The packaged browser can do nothing else. */
  headless?: boolean;
}

/** Our own: the package's defaults run one process and switch web security off, which hides faults. */
const ARGS = ["--disable-background-networking", "--font-render-hinting=none", "--no-pings"];

/** Where Linux distributions put Chromium: Google offers no Chrome for Linux arm64. */
const LINUX_PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium"];

/** A browser to try: the packaged one, or what Playwright finds by these options. */
export type BrowserChoice = "packaged" | Pick<LaunchOptions, "channel" | "executablePath">;

export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  headless: boolean;
  /** What `CHROMIUM_PATH` says. */
  named?: string | undefined;
  exists: (path: string) => boolean;
}

/**
 * The browsers to try, in order. A named one excludes all others, so that a wrong name is noticed;
 * so does the packaged one where it runs, so that everybody's tests see the same browser there.
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
 * Starts a real Chromium: the one `CHROMIUM_PATH` names, else the npm package's on Linux x64, else
 * an installed Chrome, Edge or Chromium. Rejects with one line that says how to get one.
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

/** The package unpacks into the temporary directory; two processes must not do so at once. */
async function unpackOnce(): Promise<string> {
  const { default: packed } = await import("@sparticuz/chromium");
  const program = join(tmpdir(), "chromium");
  const done = join(tmpdir(), "cruddur-chromium.done");
  await makeOnce({
    isDone: () => existsSync(done) && existsSync(program),
    lock: join(tmpdir(), "cruddur-chromium.lock"),
    async make() {
      // Without our mark it may be the half of an unpacking that was killed.
      if (!existsSync(done)) await rm(program, { force: true });
      await packed.executablePath();
      await writeFile(done, "");
    },
  });
  return program;
}
