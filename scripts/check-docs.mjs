// Fails when a document names a file that does not exist: in a relative link, or as a path in backticks.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./workspace.mjs";

/** First segments of a path in backticks that mean this repository; anything else is prose or an address. */
const FOLDERS =
  /^(\.changeset|\.ci|\.devcontainer|\.github|\.vscode|apps|benchmarks|docs|examples|infra|packages|reliability-tests|scripts)\//;
/** What a build or a run makes, so that a clean clone does not have it. */
const GENERATED = /(^|\/)(dist|cdk\.out|test-results|node_modules)(\/|$)/;

const { stdout } = spawnSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
  { cwd: root, encoding: "utf8" },
);
const documents = stdout.split("\n").filter((file) => file !== "" && existsSync(join(root, file)));

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

function anchorsOf(file) {
  const text = readFileSync(file, "utf8").replace(/^```.*?^```/gms, "");
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading)));
}

const problems = [];
for (const document of documents) {
  const text = readFileSync(join(root, document), "utf8");
  const prose = text.replace(/^```.*?^```/gms, "");
  const links = [
    ...[...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link),
    ...[...prose.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link),
  ];
  for (const link of links) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path, anchor] = link.split("#");
    const target = path === "" ? join(root, document) : join(root, dirname(document), path);
    if (!existsSync(target)) problems.push(`${document}: no such file: ${link}`);
    else if (anchor && target.endsWith(".md") && !anchorsOf(target).has(anchor))
      problems.push(`${document}: no such heading: ${link}`);
  }
  for (const [, path] of prose.matchAll(/`([\w./@-]+\/[\w./@-]*)`/g)) {
    if (!FOLDERS.test(path) || GENERATED.test(path)) continue;
    if (!existsSync(join(root, path))) problems.push(`${document}: no such file: \`${path}\``);
  }
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `documentation: every file that ${documents.length} documents name exists`
    : `documentation: ${problems.length} problems`,
);
process.exit(problems.length === 0 && documents.length > 0 ? 0 : 1);
