import { parse } from "yaml";
import type { Shipped } from "./licences.ts";

interface Lockfile {
  packages: Record<string, { resolution: { integrity?: string } }>;
}

/**
 * What ships, as CycloneDX 1.6: each package with its licence and the hash that the lockfile holds it to.
 * It has no date and no random number, so that the same lockfile gives the same document.
 * Throws for a package that the lockfile doesn't hold to a hash.
 */
export function createSbom(options: {
  version: string;
  shipped: readonly Shipped[];
  lockfile: string;
}) {
  const { packages } = parse(options.lockfile) as Lockfile;
  const components = options.shipped.map(({ name, version, licence }) => {
    const integrity = packages[`${name}@${version}`]?.resolution.integrity;
    if (integrity === undefined) throw new Error(`${name}@${version} has no hash in the lockfile`);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    return {
      type: "library",
      "bom-ref": purl,
      ...{ name, version, purl },
      hashes: [toHash(integrity)],
      licenses: [{ expression: licence.replaceAll(/[()]/g, "") }],
    };
  });
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", name: "cruddur-messages", version: options.version },
    },
    components,
  };
}

/** `sha512-<base64>`, as a hash of CycloneDX. */
function toHash(integrity: string) {
  const [algorithm = "", base64 = ""] = integrity.split("-");
  const content = Buffer.from(base64, "base64").toString("hex");
  return { alg: algorithm.replace("sha", "SHA-"), content };
}
