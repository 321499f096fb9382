// Fails if a document names a file, a heading or a command that does not exist.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findDeadReferences } from "./docs/dead-references.ts";
import { root } from "./workspace.mjs";

const { stdout } = spawnSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
  { cwd: root, encoding: "utf8" },
);
const documents = stdout.split("\n").filter((file) => file !== "" && existsSync(join(root, file)));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const problems = findDeadReferences({ root, documents, scripts: Object.keys(scripts) });
if (documents.length === 0) problems.push("no documents were found: is this a Git repository?");
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `documentation: everything that ${documents.length} documents name exists`
    : `documentation: ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);
