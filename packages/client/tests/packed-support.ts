import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const here = join(import.meta.dirname, "..");
const examples = join(here, "../../examples");
const require = createRequire(import.meta.url);

/** The pnpm that runs the tests, else the one that npx finds. */
function pnpm(args: string[]): Promise<unknown> {
  const running = process.env.npm_execpath ?? "";
  return /pnpm\.[cm]?js$/.test(running)
    ? run(process.execPath, [running, ...args], { cwd: here })
    : run("npx", ["-y", "pnpm@10", ...args], { cwd: here });
}

/** An installed package as npm would get it from a registry, so that nothing needs a network. */
async function packInstalled(name: string, from: string, folder: string): Promise<string> {
  const manifest = require.resolve(`${name}/package.json`, { paths: [from] });
  const source = dirname(await realpath(manifest));
  const { stdout } = await run(
    "npm",
    ["pack", source, "--ignore-scripts", "--silent", "--pack-destination", folder],
    { cwd: folder },
  );
  return join(folder, stdout.trim());
}

/** Packs the client. @returns the tarball's path */
export async function packClient(folder: string): Promise<string> {
  await pnpm(["pack", "--out", join(folder, "client.tgz")]);
  return join(folder, "client.tgz");
}

export interface Project {
  folder: string;
  tarball: string;
  /** Runs one of the compiled examples. */
  start(name: string, env: Record<string, string>, args?: string[]): RunningExample;
}

export interface RunningExample {
  output(): string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  stop(): void;
}

/**
 * A project outside the workspace: the examples, with the packed client installed by npm, compiled
 * under `strict` and `nodenext`. Programs for Node compile without the DOM's types.
 */
export async function createProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "cruddur-packed-"));
  const tarball = await packClient(folder);
  const nodeTypes = dirname(await realpath(require.resolve("@types/node/package.json")));
  const packages = await Promise.all([
    packInstalled("eventsource-parser", here, folder),
    packInstalled("@types/node", here, folder),
    packInstalled("undici-types", nodeTypes, folder),
  ]);
  await cp(examples, folder, {
    recursive: true,
    filter: (path) =>
      !/node_modules|\.json$|dist|test-results|\.turbo/.test(path.slice(examples.length)),
  });
  await writeJson(folder, "package.json", { name: "outside", private: true, type: "module" });
  const options = { target: "es2023", module: "nodenext", strict: true, skipLibCheck: false };
  await writeJson(folder, "tsconfig.json", {
    compilerOptions: { ...options, lib: ["es2023"], types: ["node"], outDir: "built" },
    include: ["*.ts"],
  });
  await mkdir(join(folder, "browser"), { recursive: true });
  await writeJson(folder, "browser/tsconfig.json", {
    compilerOptions: { ...options, lib: ["es2023", "dom"], types: [], outDir: "../built" },
    include: ["*.ts"],
  });
  const install = ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock"];
  await run("npm", [...install, tarball, ...packages], { cwd: folder });
  for (const config of [folder, join(folder, "browser")]) await compile(config);
  return {
    folder,
    tarball,
    start: (name, env, args = []) => startExample(join(folder, "built", name), env, args),
  };
}

async function writeJson(folder: string, name: string, content: object): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(content));
}

/** Throws with what the compiler says. */
async function compile(project: string): Promise<void> {
  const manifest = require.resolve("typescript/package.json");
  const { bin } = JSON.parse(await readFile(manifest, "utf8")) as { bin: { tsc: string } };
  const tsc = join(dirname(manifest), bin.tsc);
  await run(process.execPath, [tsc, "-p", project]).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout || String(error));
  });
}

function startExample(
  program: string,
  env: Record<string, string>,
  args: string[],
): RunningExample {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return {
    output: () => output,
    ended: new Promise((resolve) => child.once("close", resolve)),
    stop: () => child.kill("SIGTERM"),
  };
}
