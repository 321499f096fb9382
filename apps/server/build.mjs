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
  // What the bundle is made of stays in the heap while the server runs, so comments and spaces go. The
  // names stay, and the source map, without the sources themselves, gives stack traces their lines.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "external",
  sourcemap: true,
  sourcesContent: false,
  // The packages of Momento, OpenTelemetry, SES and Valkey become chunks that load only where they are turned on.
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
