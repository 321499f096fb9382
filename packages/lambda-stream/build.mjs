/** Bundles the Lambda into dist/handler.mjs. `--metafile` also says what the bytes are. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { analyzeMetafile, build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The options, for the bench, which compares with a default bundle of the same entry. */
export const bundleOptions = {
  entryPoints: [at("src/handler.ts")],
  outfile: at("dist/handler.mjs"),
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  mainFields: ["module", "main"],
  alias: { "@aws-sdk/credential-provider-node": at("src/env-credentials.ts") },
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  metafile: true,
  legalComments: "none",
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { metafile } = await build(bundleOptions);
  const bytes = readFileSync(bundleOptions.outfile);
  const kb = (size) => `${(size / 1000).toFixed(1)} kB`;
  console.log(`dist/handler.mjs ${kb(bytes.length)}, gzip ${kb(gzipSync(bytes).length)}`);
  if (process.argv.includes("--metafile")) console.log(await analyzeMetafile(metafile));
}
