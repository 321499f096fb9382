import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createSbom } from "../docs/sbom.ts";
import { root } from "../workspace.mjs";

interface Lockfile {
  importers: Record<string, { dependencies?: Record<string, { version: string }> }>;
  packages: Record<string, { resolution: { integrity: string } }>;
}

const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
const { importers, packages } = parse(lockfile) as Lockfile;

/** What the server depends on directly, as the lockfile names it. */
const shipped = Object.entries(importers["apps/server"]?.dependencies ?? {})
  .filter(([, { version }]) => !version.startsWith("link:"))
  .map(([name, { version }]) => ({
    ...{ name, licence: "(MIT OR CC0-1.0)" },
    version: version.replace(/\(.*$/, ""),
  }));

test("the bill of materials holds each package to the hash of the lockfile", () => {
  expect(shipped.length).toBeGreaterThan(10);
  const { components } = createSbom({ version: "1.2.3", shipped, lockfile });
  expect(components.map(({ name, version }) => ({ name, version }))).toEqual(
    shipped.map(({ name, version }) => ({ name, version })),
  );
  for (const { name, version, purl, hashes } of components) {
    const { integrity = "" } = packages[`${name}@${version}`]?.resolution ?? {};
    const [hash] = hashes;
    expect(hash?.alg).toBe("SHA-512");
    const base64 = Buffer.from(hash?.content ?? "", "hex").toString("base64");
    expect(`sha512-${base64}`).toBe(integrity);
    expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/);
  }
});

test("a package that the lockfile doesn't hold to a hash is refused", () => {
  const unknown = [{ name: "unknown", version: "1.0.0", licence: "MIT" }];
  expect(() => createSbom({ version: "1.2.3", shipped: unknown, lockfile })).toThrow(
    "unknown@1.0.0 has no hash in the lockfile",
  );
});
