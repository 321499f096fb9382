import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { CliError } from "@cruddur/command-line/cli-error";
import { listPackages, root } from "../workspace.mjs";

/** The part of a round that runs in one package. */
export interface Run {
  /** The package's folder, relative to the repository. */
  folder: string;
  /** Test files or folders, relative to the package; empty means all of them. */
  files: readonly string[];
}

/**
 * Returns one run for each selected package. Each word is a package (`web`, `apps/web`,
 * `@cruddur/web`) or the path of a test file or folder; no words select every package. Throws a
 * CliError for a word that is neither.
 * @param from the folder to which paths are relative
 */
export function selectRuns(words: readonly string[], from: string = root): Run[] {
  const folders = listPackages();
  if (words.length === 0) return folders.map((folder) => ({ folder, files: [] }));
  const chosen = new Map<string, string[]>();
  const whole = new Set<string>();
  for (const word of words) {
    const named = folders.find((folder) => namesOf(folder).includes(word.replace(/[\\/]$/, "")));
    if (named !== undefined) {
      whole.add(named);
      chosen.set(named, []);
      continue;
    }
    const path = [resolve(from, word), resolve(root, word)].find((candidate) =>
      existsSync(candidate),
    );
    const folder = folders.find((candidate) => path !== undefined && isInside(path, candidate));
    if (path === undefined || folder === undefined) {
      throw new CliError(`${word} is neither a package nor a test file of one`);
    }
    const file = relative(join(root, folder), path).replaceAll("\\", "/");
    chosen.set(folder, [...(chosen.get(folder) ?? []), file]);
  }
  return [...chosen].map(([folder, files]) => ({
    folder,
    files: whole.has(folder) ? [] : files,
  }));
}

function namesOf(folder: string): string[] {
  const { name }: { name: string } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  return [folder, name, name.replace("@cruddur/", "")];
}

function isInside(path: string, folder: string): boolean {
  const rest = relative(join(root, folder), path);
  return rest !== "" && !rest.startsWith("..") && !isAbsolute(rest);
}
