import { homedir } from "node:os";
import { join } from "node:path";

/** The browser to use for tests, if the environment names one. */
export function chromiumPath(): string | undefined {
  return process.env.CHROMIUM_PATH || undefined;
}

/** The directories of installed programs, as the shell searches them. */
export function searchPath(): string {
  return process.env.PATH ?? "";
}

/** The directory for downloaded files that can be downloaded again. */
export function cacheDir(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const homes: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(homedir(), "Library", "Caches"),
    win32: LOCALAPPDATA || join(homedir(), "AppData", "Local"),
  };
  const home = homes[process.platform] ?? (XDG_CACHE_HOME || join(homedir(), ".cache"));
  return join(home, "cruddur-messages");
}
