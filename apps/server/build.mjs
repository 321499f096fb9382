// Bundles the server as it is shipped: `node build.mjs [entry] [folder]`, by default src/main.ts to
// dist/. The benchmarks build their own entries this way, to measure what production runs.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const [entry = join(here, "src/main.ts"), folder = join(here, "dist")] = process.argv.slice(2);

rmSync(folder, { recursive: true, force: true });
await build({
  entryPoints: [entry],
  outdir: folder,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  // The packages of Momento and OpenTelemetry become chunks that load only where they are turned on.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // An optional native part of pg, which isn't installed.
  external: ["pg-native"],
  // Some dependencies are CommonJS and call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url); const __filename = import.meta.filename ?? new URL(import.meta.url).pathname; const __dirname = new URL('.', import.meta.url).pathname;",
  },
  logLevel: "warning",
});
