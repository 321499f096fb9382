/** Bundles the programs into `dist/bin`, with the migrations that they apply next to it. */
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @param outdir receives `bin/` and `migrations/` */
export async function buildPrograms(outdir = at("dist")) {
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: ["db", "ddb", "cognito", "ops"].map((name) => at(`src/bin/${name}.ts`)),
    outdir: `${outdir}/bin`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // A command loads only the modules that it needs.
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["pg-native"],
    // Some dependencies are CommonJS modules, which require Node's own modules when they are loaded.
    banner: {
      js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
    },
    logLevel: "warning",
  });
  await cp(at("../../packages/db/migrations"), `${outdir}/migrations`, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPrograms();
