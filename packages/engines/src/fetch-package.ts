import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { note } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { execa } from "execa";
import { z } from "zod";
import { runOnceAcrossProcesses } from "./run-once-across-processes.ts";

export interface PackageToFetch {
  name: string;
  /** The exact version. */
  version: string;
  /** Where downloaded packages are kept. */
  cacheDir: string;
  /** Names the package in messages, such as "the DynamoDB engine". */
  label: string;
  /** Variables for npm, in addition to those of this process. */
  env?: Readonly<Record<string, string>>;
}

/** npm reads project settings, such as the registry, from this directory. */
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

const distributionSchema = z.object({
  name: z.string(),
  version: z.string(),
  "dist.integrity": z.string().optional(),
});
const archivesSchema = z.tuple([z.object({ filename: z.string() })]);
const refusalSchema = z.object({ error: z.object({ code: z.string(), summary: z.string() }) });

/**
 * Returns the folder of an npm package that is not installed. The first call on a machine downloads
 * it with npm from the configured registry and prints that; later calls need no network. Rejects with
 * one line unless the archive has the SHA-512 that the registry lists and the requested version.
 */
export async function fetchPackage(wanted: PackageToFetch): Promise<string> {
  const { name, version, cacheDir } = wanted;
  const folder = join(cacheDir, `${name.replace("/", "-")}-${version}`);
  // The folder only ever appears with a complete, verified package.
  const isDone = () => existsSync(folder);
  if (isDone()) return folder;
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  await runOnceAcrossProcesses({
    isDone,
    lock: `${folder}.lock`,
    make: () => fetchInto(folder, wanted),
  });
  return folder;
}

async function fetchInto(folder: string, wanted: PackageToFetch): Promise<void> {
  const { name, version, cacheDir, label, env } = wanted;
  const spec = `${name}@${version}`;
  note(`Fetching ${label} once: ${spec} from the npm registry, kept in ${cacheDir}`);
  const progress = createProgress(`Fetching ${label}`, 3);
  const work = await mkdtemp(join(cacheDir, "fetching-"));
  try {
    const fields = ["name", "version", "dist.integrity"];
    const listed = await npm(["view", spec, ...fields], distributionSchema, env);
    const sha512 = listed["dist.integrity"]?.split(" ").find((hash) => hash.startsWith("sha512-"));
    if (sha512 === undefined) throw new Error(`the registry lists no SHA-512 of ${spec}`);
    progress.add();
    const [{ filename }] = await npm(
      ["pack", spec, `--pack-destination=${work}`],
      archivesSchema,
      env,
    );
    // npm 8 and older return the archive's name of a scoped package with a slash.
    const archive = filename.replace("@", "").replace("/", "-");
    const bytes = await readFile(join(work, archive));
    if (`sha512-${createHash("sha512").update(bytes).digest("base64")}` !== sha512) {
      throw new Error(`the SHA-512 of ${spec} differs from the one that the registry lists`);
    }
    progress.add();
    await mkdir(join(work, "package"));
    // A relative path, since GNU tar reads `C:` as the name of another machine.
    await execa("tar", ["-xzf", archive, "--strip-components=1", "-C", "package"], { cwd: work });
    const manifest = JSON.parse(await readFile(join(work, "package", "package.json"), "utf8"));
    if (manifest.name !== name || manifest.version !== version) {
      throw new Error(`the archive of ${spec} contains ${manifest.name}@${manifest.version}`);
    }
    await rename(join(work, "package"), folder);
    progress.add();
  } finally {
    progress.stop();
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs npm, which comes with Node, and parses its JSON. Rejects with npm's own message. */
async function npm<Schema extends z.ZodType>(
  args: readonly string[],
  schema: Schema,
  env: PackageToFetch["env"],
): Promise<z.infer<Schema>> {
  // Few retries, so that a missing network is reported soon.
  const options = ["--json", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
  const ran = await execa("npm", [...args, ...options], { cwd: REPOSITORY, env, reject: false });
  if (ran.code === "ENOENT") throw new Error("npm isn't on the PATH");
  const answer = parseJson(ran.stdout);
  const result = schema.safeParse(answer);
  if (ran.exitCode === 0 && result.success) return result.data;
  const { code, summary } = refusalSchema.safeParse(answer).data?.error ?? {
    code: "no answer",
    summary: ran.stderr || ran.shortMessage || "npm printed nothing",
  };
  throw new Error(`npm ${args[0]}: ${code}, ${summary.split("\n", 1).join()}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
