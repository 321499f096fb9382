import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  splitting: false,
  // Optional native parts of pg and of the gRPC tooling, loaded only where they are installed.
  external: ["pg-native"],
  // Some dependencies are CommonJS and require Node's own modules when they load.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = import.meta.filename ?? new URL(import.meta.url).pathname; const __dirname = new URL('.', import.meta.url).pathname;",
  },
  logLevel: "warning",
});
