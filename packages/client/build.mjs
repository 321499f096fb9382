// Builds what is published: `dist/index.js` in one file, which holds the contract's error table, and
// declarations that name only one another.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [join(here, "src/index.ts")],
  outdir: dist,
  bundle: true,
  platform: "neutral",
  target: "es2022",
  format: "esm",
  external: ["eventsource-parser"],
  logLevel: "warning",
});
const tsc = join(here, "node_modules/.bin/tsc");
execFileSync(tsc, ["-p", join(here, "tsconfig.build.json")], { stdio: "inherit" });
// TypeScript leaves the names of sources in declarations; a package has none.
for (const name of readdirSync(dist).filter((file) => file.endsWith(".d.ts"))) {
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, "utf8").replace(/(from "\.\/[^"]+)\.ts"/g, '$1.js"'));
}
