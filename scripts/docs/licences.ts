import { runPnpm } from "../workspace.mjs";

/** What is deployed, or run by operators. */
const SHIPPED = [
  "server",
  "web",
  "lambda-stream",
  "lambda-push",
  "lambda-user-pool",
  "cli",
  "client",
];
/** A package's binary for this machine stands for all its platforms. */
const PLATFORM = /(?<=[-/])(linux|darwin|win32)-\w+.*$/;

/** A package of which code ships. */
export interface Shipped {
  name: string;
  version: string;
  /** An SPDX expression. */
  licence: string;
}

/** pnpm's list of what ships, by licence. Throws when pnpm cannot be run. */
function listByLicence(): Record<string, { name: string; versions: string[] }[]> {
  const filters = SHIPPED.flatMap((name) => ["--filter-prod", `@cruddur/${name}...`]);
  const { stdout } = runPnpm([...filters, "licenses", "list", "--prod", "--json"]);
  if (!stdout) throw new Error("can't run pnpm: use `npx pnpm@10 generate-docs`");
  return JSON.parse(stdout);
}

/** What ships, by name and version. */
export function listShipped(): Shipped[] {
  return Object.entries(listByLicence())
    .flatMap(([licence, packages]) =>
      packages.flatMap(({ name, versions }) =>
        versions.map((version) => ({ name, version, licence })),
      ),
    )
    .toSorted((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`));
}

/** What ships, by licence, as a Markdown table. */
export function licencesMarkdown(): string {
  const rows = Object.entries(listByLicence())
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([licence, packages]) => {
      const names = [
        ...new Set(packages.map(({ name }) => name.replace(PLATFORM, "*"))),
      ].toSorted();
      return `| ${licence} | ${names.length} | ${names.join(", ")} |`;
    });
  return ["| licence | packages | names |", "|---|---|---|", ...rows].join("\n");
}
