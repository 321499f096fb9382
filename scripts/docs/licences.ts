import { runPnpm } from "../workspace.mjs";

/** What is deployed, or run by operators. */
const SHIPPED = ["server", "web", "lambda-stream", "lambda-user-pool", "cli", "client"];
/** A package's binary for this machine stands for all its platforms. */
const PLATFORM = /(?<=[-/])(linux|darwin|win32)-\w+.*$/;

/** What ships, by licence, as a Markdown table. Throws when pnpm cannot be run. */
export function licencesMarkdown(): string {
  const filters = SHIPPED.flatMap((name) => ["--filter-prod", `@cruddur/${name}...`]);
  const { stdout } = runPnpm([...filters, "licenses", "list", "--prod", "--json"]);
  if (!stdout) throw new Error("can't run pnpm: use `npx pnpm@10 generate-docs`");
  const byLicence: Record<string, { name: string; versions: string[] }[]> = JSON.parse(stdout);
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
