import { execFile } from "node:child_process";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const benchFolder = join(import.meta.dirname, "../..");
const serverFolder = join(benchFolder, "../apps/server");

/** Runs the build of the server, for its own entry or another one. */
export async function buildServer(...entryAndFolder: string[]): Promise<void> {
  const args = [join(serverFolder, "build.mjs"), ...entryAndFolder];
  await promisify(execFile)(process.execPath, args);
}

/** Bundles a peer into one file, without the chunks of the server's build. */
async function buildPlainly(entry: string, folder: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["pg-native"],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: "warning",
  });
}

const built = new Map<string, Promise<string>>();

/**
 * Bundles a script once in each run, as it would be shipped, since a development loader would make
 * every call slower.
 * @param file path of a .ts file, relative to the folder of the benchmarks
 * @param like `server` for the product's server, which is built as for production
 * @returns path of the built file
 */
export function buildScript(file: string, like: "server" | "peer"): Promise<string> {
  const known = built.get(file);
  if (known !== undefined) return known;
  const name = file.replace(/\.ts$/, "");
  const folder = join(benchFolder, "dist", name.replaceAll(/[\\/]/g, "-"));
  const bundle = like === "server" ? buildServer : buildPlainly;
  const path = bundle(join(benchFolder, file), folder).then(() =>
    join(folder, `${basename(name)}.js`),
  );
  built.set(file, path);
  return path;
}
