import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

/** Every package folder of the workspace, relative to the root (`fs.globSync` is not in Node 20). */
export function listPackages() {
  const nested = ["apps", "packages"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  return [...nested, "infra", "benchmarks", "reliability-tests"].filter((folder) =>
    existsSync(join(root, folder, "package.json")),
  );
}
