/** Bundles the user pool's triggers into dist/triggers.mjs. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [at("src/triggers.ts")],
  outfile: at("dist/triggers.mjs"),
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  legalComments: "none",
});
