// Checks the dependencies: the catalog pins every version exactly and once, the lockfile exists, and
// every licence of what ships is on the list. `--audit` also asks the registry for known vulnerabilities.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listPackages, root, runPnpm } from "./workspace.mjs";

if (runPnpm(["--version"]).status !== 0) {
  console.error("pnpm is not on the PATH: npx pnpm@10 exec node scripts/check-dependencies.mjs");
  process.exit(1);
}
const problems = [];

const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
// From `catalog:` to the next key of the file.
const catalog = /^catalog:\n(?:[ #].*\n|\n)*/m.exec(workspace)?.[0] ?? "";
if (catalog === "") problems.push("pnpm-workspace.yaml has no catalog");
for (const [, name, version] of catalog.matchAll(/^ {2}"?([@\w/.-]+)"?: (\S+)$/gm)) {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    problems.push(`catalog: ${name} is not pinned exactly: ${version}`);
}
for (const folder of ["", ...listPackages()]) {
  const file = join(root, folder, "package.json");
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    if (version !== "catalog:" && version !== "workspace:*")
      problems.push(`${file}: ${name} must say "catalog:"`);
  }
}
if (!existsSync(join(root, "pnpm-lock.yaml"))) problems.push("pnpm-lock.yaml is missing");

// Only permissive licences, so that the product can be distributed with or without its sources.
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "PostgreSQL",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);
const listing = runPnpm(["licenses", "list", "--prod", "--json"]);
const licences = JSON.parse(listing.stdout || "{}");
for (const [licence, packages] of Object.entries(licences)) {
  const terms = licence.replace(/[()]/g, "").split(/ OR /);
  const fine = terms.some((term) => term.split(/ AND /).every((part) => ALLOWED.has(part.trim())));
  if (!fine) problems.push(`licence ${licence}: ${packages.map(({ name }) => name).join(", ")}`);
}
if (Object.keys(licences).length === 0) problems.push("pnpm licenses printed nothing");

if (process.argv.includes("--audit")) {
  const audit = runPnpm(["audit", "--prod", "--audit-level=high"]);
  console.log(audit.stdout);
  // A registry that doesn't answer says nothing about the packages, so the check has not passed.
  if (!/vulnerabilities/.test(audit.stdout))
    problems.push("pnpm audit got no answer from the registry");
  else if (audit.status !== 0) problems.push("pnpm audit found vulnerabilities");
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "dependencies: pinned, locked, licensed" : `${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);
