import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  // Momento's and OpenTelemetry's packages become files that load only where they are turned on.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // Optional native parts of pg and of the gRPC tooling, loaded only where they are installed.
  external: ["pg-native"],
  // Some dependencies are CommonJS and require Node's own modules when they load.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = import.meta.filename ?? new URL(import.meta.url).pathname; const __dirname = new URL('.', import.meta.url).pathname;",
  },
  logLevel: "warning",
});
