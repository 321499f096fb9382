import { execFile } from "node:child_process";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const benchFolder = join(import.meta.dirname, "../..");
const serverFolder = join(benchFolder, "../apps/server");

/** The server's own build, of its own entry or another. */
export async function buildServer(...entryAndFolder: string[]): Promise<void> {
  const args = [join(serverFolder, "build.mjs"), ...entryAndFolder];
  await promisify(execFile)(process.execPath, args);
}

/** A peer's: one file, without the chunks of the server's build. */
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
 * Bundles a script, once a run, as it would be shipped: under a loader for development every closure
 * costs extra.
 * @param file path of a .ts file, from the bench folder
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
