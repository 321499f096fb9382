import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";

/** Packs files into an npm archive in `directory`. */
export async function packPackage(
  directory: string,
  files: Record<string, string>,
): Promise<Buffer> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, "package", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o755 });
  }
  await execa("tar", ["-czf", "package.tgz", "package"], { cwd: directory });
  return readFile(join(directory, "package.tgz"));
}

export interface Served {
  name: string;
  version: string;
  archive: Buffer;
  /** The integrity that the registry lists. Default: the archive's SHA-512. null lists none. */
  integrity?: string | null;
}

export const sha512Of = (bytes: Buffer): string =>
  `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

/** Starts an npm registry on loopback that serves one package or none. */
export async function startRegistry(served?: Served) {
  let downloads = 0;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    if (served !== undefined && path.endsWith(".tgz")) {
      downloads += 1;
      response.end(served.archive);
    } else if (served !== undefined && path === `/${served.name}`) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(describe(served, `http://${request.headers.host}`)));
    } else {
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"Not found"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    downloads: () => downloads,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function describe({ name, version, archive, integrity }: Served, origin: string): object {
  const dist = {
    tarball: `${origin}/archive.tgz`,
    shasum: createHash("sha1").update(archive).digest("hex"),
    ...(integrity === null ? {} : { integrity: integrity ?? sha512Of(archive) }),
  };
  return {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { name, version, dist } },
  };
}
