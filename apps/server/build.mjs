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
  // Momento's and OpenTelemetry's packages become files that load only where they are turned on.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // tRPC as published copies its options between middlewares with a helper for old engines, which costs
  // more than the middlewares do. Its package holds its sources too, and those just spread (ADR 17).
  alias: { "@trpc/server": join(here, "node_modules/@trpc/server/src") },
  // Optional native parts of pg and of the gRPC tooling, loaded only where they are installed.
  external: ["pg-native"],
  // Some dependencies are CommonJS and require Node's own modules when they load.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url); const __filename = import.meta.filename ?? new URL(import.meta.url).pathname; const __dirname = new URL('.', import.meta.url).pathname;",
  },
  logLevel: "warning",
});
