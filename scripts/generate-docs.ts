/**
 * `pnpm generate-docs`: writes the generated parts of the documentation from the code they describe.
 * `--check` writes nothing and exits 1 where a file differs, so that no table can drift.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// @boundaries-ignore documents the inside of this package
import { configSchema } from "../apps/server/src/config.ts";
// @boundaries-ignore documents the inside of this package
import { configMarkdown } from "../apps/server/src/config-docs.ts";
// @boundaries-ignore documents the inside of this package
import { accessPatternsMarkdown } from "../packages/ddb/src/access-patterns.ts";
// @boundaries-ignore documents the inside of this package
import { stackConfigSchema } from "../packages/dev-stack/src/config.ts";
// @boundaries-ignore documents the inside of this package
import { lambdaConfigMarkdown } from "../packages/lambda-stream/src/config-docs.ts";
import { root, runPnpm } from "./workspace.mjs";

/** Replaces what stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. */
function fill(text: string, name: string, content: string): string {
  const open = `<!-- generated:${name} -->`;
  const close = `<!-- /generated:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`no place for ${name}`);
  return `${text.slice(0, start + open.length)}\n${content.trim()}\n${text.slice(end)}`;
}

const USAGE =
  "Usage: pnpm generate-docs [--check]\n\n  --check  write nothing, exit 1 where a file differs";
const [mode, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (mode !== undefined && mode !== "--check")) {
  console.log(USAGE);
  process.exit(mode === "--help" ? 0 : 1);
}

/** What is deployed, or run by operators. */
const SHIPPED = ["server", "web", "lambda-stream", "cli"];
/** A package's binary for this machine stands for all its platforms. */
const PLATFORM = /(?<=[-/])(linux|darwin|win32)-\w+.*$/;

/** What ships, by licence, as `docs/licences.md`. */
function licencesMarkdown(): string {
  const filters = SHIPPED.flatMap((name) => ["--filter-prod", `@cruddur/${name}...`]);
  const listing = runPnpm([...filters, "licenses", "list", "--prod", "--json"]).stdout;
  const byLicence: Record<string, { name: string; versions: string[] }[]> = JSON.parse(listing);
  const rows = Object.entries(byLicence)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([licence, packages]) => {
      const names = [
        ...new Set(packages.map(({ name }) => name.replace(PLATFORM, "*"))),
      ].toSorted();
      return `| ${licence} | ${names.length} | ${names.join(", ")} |`;
    });
  return ["| licence | packages | names |", "|---|---|---|", ...rows].join("\n");
}

/** Every decision by its own title. */
function decisionsMarkdown(): string {
  const folder = join(root, "docs/adr");
  const pages = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  return pages
    .toSorted()
    .map((name) => {
      const [, number, title] =
        /^# (\d+)\. (.+)$/m.exec(readFileSync(join(folder, name), "utf8")) ?? [];
      return `${number}. [${title}](${name})`;
    })
    .join("\n");
}

const OPERATIONS = "docs/operations.md";

const parts = [
  { file: "ARCHITECTURE.md", name: "access-patterns", content: accessPatternsMarkdown() },
  { file: OPERATIONS, name: "configuration", content: configMarkdown(configSchema) },
  { file: OPERATIONS, name: "stack-configuration", content: configMarkdown(stackConfigSchema) },
  { file: OPERATIONS, name: "lambda-configuration", content: lambdaConfigMarkdown() },
  { file: "docs/adr/README.md", name: "index", content: decisionsMarkdown() },
  { file: "docs/licences.md", name: "licences", content: licencesMarkdown() },
];

const check = mode === "--check";
for (const { file, name, content } of parts) {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const after = fill(before, name, content);
  if (after === before) continue;
  if (check) {
    console.error(`${file}: "${name}" is out of date; run \`pnpm generate-docs\``);
    process.exitCode = 1;
  } else {
    writeFileSync(path, after);
    console.log(`${file}: ${name} written`);
  }
}
