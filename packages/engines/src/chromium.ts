import { existsSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { chromiumPath } from "./config.ts";

export interface ChromiumOptions {
  /** Default: true. The bundled browser knows nothing else. */
  headless?: boolean;
}

/** Our own: the package's defaults run one process and switch web security off, which hides faults. */
const ARGS = ["--disable-background-networking", "--font-render-hinting=none", "--no-pings"];

/**
 * Starts a real Chromium: the one `CHROMIUM_PATH` names, else the npm package's on Linux x64, else
 * the Chrome installed on this machine.
 */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const { headless = true } = options;
  const isRoot = process.getuid?.() === 0;
  const args = isRoot ? [...ARGS, "--no-sandbox"] : ARGS;
  const named = chromiumPath();
  if (named !== undefined) return chromium.launch({ executablePath: named, headless, args });
  const bundled = process.platform === "linux" && process.arch === "x64" && headless;
  try {
    if (!bundled) return await chromium.launch({ channel: "chrome", headless, args });
    return await chromium.launch({ executablePath: await unpackOnce(), headless, args });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `can't start a browser (${reason}): install Google Chrome, or set CHROMIUM_PATH to a Chromium program`,
    );
  }
}

const LOCK_MAX_AGE_MS = 60_000;

/** The package unpacks into the temporary directory; two processes must not do so at once. */
async function unpackOnce(): Promise<string> {
  const { default: packed } = await import("@sparticuz/chromium");
  const program = join(tmpdir(), "chromium");
  const done = join(tmpdir(), "cruddur-chromium.done");
  const lock = join(tmpdir(), "cruddur-chromium.lock");
  while (!(existsSync(done) && existsSync(program))) {
    if (
      await mkdir(lock).then(
        () => true,
        () => false,
      )
    ) {
      try {
        // Without our mark it may be the half of an unpacking that was killed.
        if (!existsSync(done)) await rm(program, { force: true });
        await packed.executablePath();
        await writeFile(done, "");
      } finally {
        await rm(lock, { recursive: true, force: true });
      }
    } else {
      const age =
        Date.now() -
        (await stat(lock).then(
          ({ mtimeMs }) => mtimeMs,
          () => Date.now(),
        ));
      if (age > LOCK_MAX_AGE_MS) await rm(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return program;
}
