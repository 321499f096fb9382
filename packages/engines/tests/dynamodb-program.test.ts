import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DYNOXIDE_VERSION, dynamoDbProgram } from "../src/dynamodb-program.ts";
import { packPackage, type Served, sha512Of, startRegistry } from "./registry.ts";

const name = "@dynoxide/plan9-mips";
const version = DYNOXIDE_VERSION;
const MANIFEST = JSON.stringify({ name, version });
let directory: string;
let cacheDir: string;
const said = vi.spyOn(process.stderr, "write");

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-fetch-"));
  cacheDir = join(directory, "cache");
  said.mockReset().mockReturnValue(true);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const pack = (files: Record<string, string>) => packPackage(directory, files);
/** Finds the program for a platform that does not exist, in this registry. */
const find = (registry: { url: string }) =>
  dynamoDbProgram({
    platform: "plan9",
    arch: "mips",
    cacheDir,
    env: {
      npm_config_registry: registry.url,
      "npm_config_@dynoxide:registry": registry.url,
      npm_config_cache: join(directory, "npm"),
    },
  });

test("the engine of a platform without an installed package is downloaded once, and then needs no network", async () => {
  const archive = await pack({ "package.json": MANIFEST, dynoxide: "the engine" });
  const registry = await startRegistry({ name, version, archive });
  const found = await Promise.all([find(registry), find(registry)]);
  expect(new Set(found).size).toBe(1);
  expect(await readFile(found[0], "utf8")).toBe("the engine");
  expect(registry.downloads()).toBe(1);
  // A download that takes seconds also reports its progress.
  const lines = said.mock.calls.map(([line]) => String(line));
  expect(lines.filter((line) => !/^Fetching the DynamoDB engine \d\/\d\n$/.test(line))).toEqual([
    `Fetching the DynamoDB engine once: ${name}@${version} from the npm registry, kept in ${cacheDir}\n`,
  ]);
  await registry.stop();
  expect(await find(registry)).toBe(found[0]);
  expect(await readdir(cacheDir)).toHaveLength(1);
});

interface Refusal {
  what: string;
  files: Record<string, string>;
  /** What the registry lists instead of the facts about the archive. */
  listed?: (archive: Buffer) => Partial<Served>;
  says: RegExp;
}

const refusals: Refusal[] = [
  {
    what: "an archive that was changed during the download",
    files: { "package.json": MANIFEST, dynoxide: "another engine" },
    listed: () => ({ integrity: sha512Of(Buffer.from("the archive that was published")) }),
    says: /EINTEGRITY/,
  },
  {
    what: "an archive whose SHA-512 the registry does not list",
    files: { "package.json": MANIFEST, dynoxide: "the engine" },
    listed: () => ({ integrity: null }),
    says: /the registry lists no SHA-512 of @dynoxide\/plan9-mips@/,
  },
  {
    what: "an archive of another version",
    files: { "package.json": JSON.stringify({ name, version: "0.0.1" }), dynoxide: "old" },
    says: /contains @dynoxide\/plan9-mips@0\.0\.1/,
  },
  {
    what: "a registry that has only another version",
    files: { "package.json": MANIFEST, dynoxide: "the engine" },
    listed: () => ({ version: "9.9.9" }),
    says: /npm view: (E404|ETARGET|no answer)/,
  },
  {
    what: "an archive without the program",
    files: { "package.json": MANIFEST },
    says: /dynoxide is missing/,
  },
];

const named = refusals.map((refusal) => [refusal.what, refusal] as const);
test.for(named)("%s is refused in one line that names AWS_ENDPOINT_URL", async ([, refusal]) => {
  const archive = await pack(refusal.files);
  const listed = refusal.listed?.(archive);
  await using registry = await startRegistry({ name, version, archive, ...listed });
  const { message } = await find(registry).then(
    (program) => ({ message: `found ${program}` }),
    (error: Error) => error,
  );
  expect(message).toMatch(/^no embedded DynamoDB engine for plan9-mips \(/);
  expect(message).toMatch(refusal.says);
  expect(message).toContain("set AWS_ENDPOINT_URL");
  expect(message.split("\n")).toHaveLength(1);
  expect(existsSync(join(cacheDir, `@dynoxide-plan9-mips-${version}`, "dynoxide"))).toBe(false);
});

test("the error distinguishes a registry without the package from one that does not answer", async () => {
  const registry = await startRegistry();
  await expect(find(registry)).rejects.toThrow(/npm view: E404.*AWS_ENDPOINT_URL/);
  await registry.stop();
  await expect(find(registry)).rejects.toThrow(/npm view: ECONNREFUSED.*AWS_ENDPOINT_URL/);
});

test("the version to fetch is the one that the catalog pins", async () => {
  const workspace = await readFile(
    new URL("../../../pnpm-workspace.yaml", import.meta.url),
    "utf8",
  );
  expect(workspace).toContain(`"@dynoxide/linux-x64": ${DYNOXIDE_VERSION}\n`);
});
