// Writes what ships as a software bill of materials, in CycloneDX: `pnpm sbom [file]`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listShipped } from "./docs/licences.ts";
import { createSbom } from "./docs/sbom.ts";
import { root } from "./workspace.mjs";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const { version } = JSON.parse(read("apps/server/package.json")) as { version: string };
const file = process.argv[2] ?? "sbom.cdx.json";
const sbom = createSbom({ version, shipped: listShipped(), lockfile: read("pnpm-lock.yaml") });
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`${file}: ${sbom.components.length} packages`);
