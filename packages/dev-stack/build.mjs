// Bundles the workers of the local stack to dist/, since a bundle starts several times faster than the sources.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const folder = join(here, "dist");

rmSync(folder, { recursive: true, force: true });
await build({
  entryPoints: ["stream-worker", "push-worker"].map((name) => join(here, `src/bin/${name}.ts`)),
  outdir: folder,
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  sourcesContent: false,
  // An optional native part of pg, which isn't installed.
  external: ["pg-native"],
  // Some dependencies are CommonJS modules, which require Node's own modules when they are loaded.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: "warning",
});
