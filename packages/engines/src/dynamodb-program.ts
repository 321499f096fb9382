import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheDir } from "./config.ts";
import { fetchPackage } from "./fetch-package.ts";

/**
 * The version in the catalog of pnpm-workspace.yaml. The lockfile has only the package for Linux
 * x64, since an install fails where a registry lacks the packages of the other platforms.
 */
export const DYNOXIDE_VERSION = "1.2.1";

const require = createRequire(import.meta.url);

export interface ProgramOptions {
  platform?: string;
  arch?: string;
  /** Where a downloaded package is kept. Default: the system's directory for caches. */
  cacheDir?: string;
  /** Variables for npm, in addition to those of this process. */
  env?: Readonly<Record<string, string>>;
}

/**
 * The path of the DynamoDB engine for this platform: from the installed package, otherwise from the
 * same package downloaded once. Rejects with one line that says what to do instead.
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
