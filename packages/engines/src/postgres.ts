import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { type Child, startChild, waitUntilReady } from "./child.ts";
import { type PortOptions, PortTakenError, startOnFreePort } from "./ports.ts";
import { stopOrphan } from "./postgres-orphan.ts";
import { postgresPrograms } from "./postgres-programs.ts";

export interface PostgresOptions extends PortOptions {
  /** Holds durable data. Without it, data is in a temporary directory that the stop removes. */
  dataDir?: string;
  log?: (line: string) => void;
}

export interface PostgresEngine extends AsyncDisposable {
  /** For `CONNECTION_URL`: superuser `postgres`, database `postgres`. */
  readonly connectionUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<unknown>;
  /** Shuts down fast: open transactions are rolled back, and committed ones are on disk. */
  stop(): Promise<void>;
  /** Sends SIGKILL, like a crash. Removes the temporary directory, too. */
  kill(): Promise<void>;
}

/** The user `nobody`, since Postgres refuses to run as root. */
export const NOBODY_USER = { uid: 65_534, gid: 65_534 };
/** The file with the superuser's password, in the data directory. */
const PASSWORD_FILE = "cruddur-password";
/** The log line of a server that listens and has recovered. The locale C keeps it in English. */
const READY = "database system is ready to accept connections";
/** The locale that decides for trigrams which characters are letters, by its name on each system. */
const CHARACTER_LOCALES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "en_US.UTF-8",
  win32: "en-US",
};
/** Order and case are those of Postgres's builtin C.UTF-8, since only Linux has a C.UTF-8 of its own. */
const LOCALE = [
  ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
  `--lc-ctype=${CHARACTER_LOCALES[process.platform] ?? "C.UTF-8"}`,
];
const NOT_DURABLE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/**
 * Starts PostgreSQL 18 on loopback, and creates its cluster on first use. Stops a server that a
 * killed parent left running on the same data directory; Postgres then recovers as usual.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresEngine> {
  const programs = await postgresPrograms();
  const isRoot = process.getuid?.() === 0;
  const runAs = isRoot ? NOBODY_USER : undefined;
  const temporary = options.dataDir === undefined;
  const home = temporary
    ? await mkdtemp(join(tmpdir(), "cruddur-postgres-"))
    : resolve(options.dataDir ?? "");
  const dataDir = temporary ? join(home, "data") : home;
  const cleanUp = async () => {
    // Windows refuses to remove what a process that is ending still holds open, so try again.
    if (temporary) await rm(home, { recursive: true, force: true, maxRetries: 20 });
  };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (runAs !== undefined) {
      if (temporary) await chown(home, runAs.uid, runAs.gid);
      await chown(dataDir, runAs.uid, runAs.gid);
    }
    const password = await initialise(programs.initdb, dataDir, { runAs, durable: !temporary });
    await stopOrphan(dataDir);
    const settings = temporary ? NOT_DURABLE : [];
    const { child, port, connectionUrl } = await startOnFreePort(options, (candidate) =>
      startServer(programs.postgres, {
        dataDir,
        password,
        port: candidate,
        log: options.log,
        runAs,
        settings,
      }),
    );
    const end = async (signal: "SIGINT" | "SIGKILL") => {
      if (signal === "SIGINT" && process.platform === "win32") {
        await stopPostgres(programs.pgCtl, dataDir, runAs);
      }
      await child.stop(signal);
      await cleanUp();
    };
    return {
      connectionUrl,
      port,
      pid: child.pid,
      exited: child.exited,
      stop: () => end("SIGINT"),
      kill: () => end("SIGKILL"),
      [Symbol.asyncDispose]: () => end("SIGINT"),
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** Creates the cluster unless it is complete. @returns the superuser's password */
async function initialise(
  initdb: string,
  dataDir: string,
  options: { runAs: { uid: number; gid: number } | undefined; durable: boolean },
): Promise<string> {
  const passwordFile = join(dataDir, PASSWORD_FILE);
  // Written last, so the file exists only if initdb succeeded.
  if (existsSync(passwordFile)) return readFileSync(passwordFile, "utf8").trim();
  if (existsSync(join(dataDir, "PG_VERSION")) && existsSync(join(dataDir, "postmaster.opts"))) {
    throw new Error(
      `${dataDir} contains another program's Postgres cluster: choose another directory`,
    );
  }
  const work = await mkdtemp(join(tmpdir(), "cruddur-initdb-"));
  try {
    const password = randomBytes(24).toString("base64url");
    const handover = join(work, "password");
    await writeFile(handover, password, { mode: 0o600 });
    if (options.runAs !== undefined) {
      await chown(work, options.runAs.uid, options.runAs.gid);
      await chown(handover, options.runAs.uid, options.runAs.gid);
    }
    await rm(dataDir, { recursive: true, force: true });
    await mkdir(dataDir, { mode: 0o700 });
    if (options.runAs !== undefined) await chown(dataDir, options.runAs.uid, options.runAs.gid);
    const child = await startChild(
      initdb,
      [
        ...["-D", dataDir, "-U", "postgres", "--encoding=UTF8", ...LOCALE],
        ...["--auth=scram-sha-256", `--pwfile=${handover}`, "--no-instructions"],
        ...(options.durable ? [] : ["--no-sync"]),
      ],
      { runAs: options.runAs },
    );
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`initdb failed: ${child.output()}`);
    await writeFile(passwordFile, password, { mode: 0o600 });
    return password;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A fast shutdown by Postgres's own tool: Windows has no SIGINT that we could send. */
export async function stopPostgres(
  pgCtl: string,
  dataDir: string,
  runAs: { uid: number; gid: number } | undefined,
): Promise<void> {
  const args = ["stop", "-D", dataDir, "--mode=fast", "--silent"];
  await (await startChild(pgCtl, args, { runAs })).exited;
}

interface ServerOptions {
  dataDir: string;
  password: string;
  port: number;
  log: ((line: string) => void) | undefined;
  runAs: { uid: number; gid: number } | undefined;
  settings: readonly string[];
}

async function startServer(
  program: string,
  options: ServerOptions,
): Promise<{ child: Child; port: number; connectionUrl: string }> {
  const { port } = options;
  for (let attempt = 1; ; attempt += 1) {
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=200",
      ...options.settings,
    ];
    const child = await startChild(
      program,
      ["-D", options.dataDir, "-p", String(port), ...settings.flatMap((value) => ["-c", value])],
      { log: options.log, runAs: options.runAs, deathSignal: "SIGINT" },
    );
    const connectionUrl = `postgres://postgres:${options.password}@127.0.0.1:${port}/postgres`;
    try {
      // The log line comes first, since another program may be the one that listens on this port.
      const ready = async () => child.output().includes(READY) && (await accepts(connectionUrl));
      await waitUntilReady(child, "Postgres", ready);
      return { child, port, connectionUrl };
    } catch (error) {
      const output = child.output();
      // After a crash, the children of the old server need a moment to release its shared memory.
      const lingering = /pre-existing shared memory block|lock file .* already exists/.test(output);
      if (!lingering && output.includes("Address already in use")) {
        throw new PortTakenError(port, { cause: error });
      }
      if (!lingering || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

async function accepts(connectionUrl: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: connectionUrl,
    connectionTimeoutMillis: 2_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Creates an empty database on a running engine in about 30 ms, so that tests can be isolated.
 * @param name lower-case letters, digits and underscores
 * @param template a database to copy, which must have no connections
 * @returns the connection URL of the new database
 */
export async function createDatabase(
  engine: { connectionUrl: string },
  name: string,
  template = "template0",
): Promise<string> {
  if (!/^[a-z_][a-z0-9_]*$/.test(name) || !/^[a-z_][a-z0-9_]*$/.test(template)) {
    throw new Error(`not a plain database name: ${name}`);
  }
  const client = new pg.Client({ connectionString: engine.connectionUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY wal_log`);
  } finally {
    await client.end();
  }
  const url = new URL(engine.connectionUrl);
  url.pathname = `/${name}`;
  return url.href;
}
