import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listPackages, root } from "../workspace.mjs";

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const SCOPE = "@cruddur/";

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

/** Names of the workspace's own packages, without their scope. */
function ownNames(dependencies: Record<string, string> = {}): string {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith(SCOPE))
    .map((name) => name.slice(SCOPE.length))
    .toSorted()
    .join(", ");
}

/** Who may import whom, by layer, as a Markdown table: from each `turbo.json` and `package.json`. */
export function packagesMarkdown(): string {
  const { boundaries } = readJson<{ boundaries: { tags: Record<string, unknown> } }>("turbo.json");
  const layers = Object.keys(boundaries.tags);
  const packages = [...new Set([...listPackages(), "examples"])].map((folder) => {
    const { tags = [] } = readJson<{ tags?: string[] }>(`${folder}/turbo.json`);
    const layer = tags.find((tag) => layers.includes(tag));
    if (layer === undefined) throw new Error(`${folder}/turbo.json: no tag names a layer`);
    return { folder, layer, manifest: readJson<Manifest>(`${folder}/package.json`) };
  });
  const rows = layers.flatMap((layer) =>
    packages
      .filter((each) => each.layer === layer)
      .map(({ folder, manifest }) => {
        const [own, tests] = [ownNames(manifest.dependencies), ownNames(manifest.devDependencies)];
        return `| ${layer} | \`${folder}\` | ${own || "–"} | ${tests || "–"} |`;
      }),
  );
  return [
    "| layer | package | may import | its tests and types also |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
