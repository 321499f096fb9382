import { homedir } from "node:os";
import { join } from "node:path";

/** A browser the machine's owner wants used for tests. */
export function chromiumPath(): string | undefined {
  return process.env.CHROMIUM_PATH || undefined;
}

/** Where this system's users keep what can be fetched again. */
export function cacheDir(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const homes: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(homedir(), "Library", "Caches"),
    win32: LOCALAPPDATA || join(homedir(), "AppData", "Local"),
  };
  const home = homes[process.platform] ?? (XDG_CACHE_HOME || join(homedir(), ".cache"));
  return join(home, "cruddur-messages");
}
