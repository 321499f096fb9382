import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheDir } from "./config.ts";
import { fetchPackage } from "./fetch-package.ts";

/**
 * The version in the catalog of pnpm-workspace.yaml. Only Linux x64 stands in the lockfile: not
 * every registry has the other platforms' packages, and an install would fail for want of them.
 */
export const DYNOXIDE_VERSION = "1.2.1";

const require = createRequire(import.meta.url);

export interface ProgramOptions {
  platform?: string;
  arch?: string;
  /** Where a fetched package is kept. Default: the system's place for caches. */
  cacheDir?: string;
  /** Variables for npm, over this process's own. */
  env?: Readonly<Record<string, string>>;
}

/**
 * Path of the platform's DynamoDB engine: the installed package's, else that of the same package
 * fetched once. Rejects with one line that says what to do instead.
 */
export async function dynamoDbProgram(options: ProgramOptions = {}): Promise<string> {
  const { platform = process.platform, arch = process.arch } = options;
  const name = `@dynoxide/${platform}-${arch}`;
  try {
    const folder =
      findInstalled(name) ??
      (await fetchPackage({
        name,
        version: DYNOXIDE_VERSION,
        cacheDir: options.cacheDir ?? cacheDir(),
        label: "the DynamoDB engine",
        env: options.env,
      }));
    const program = join(folder, platform === "win32" ? "dynoxide.exe" : "dynoxide");
    if (!existsSync(program)) throw new Error(`${program} is missing`);
    return program;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `no embedded DynamoDB engine for ${platform}-${arch} (${reason}): set AWS_ENDPOINT_URL to a DynamoDB endpoint, for example http://localhost:8000 after \`docker run -p 8000:8000 amazon/dynamodb-local\``,
      { cause: error },
    );
  }
}

function findInstalled(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
