import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { getMimeType } from "hono/utils/mime";

/** Higher qualities would delay the server's start by more than they save on a first load. */
const BROTLI_PARAMS = { [constants.BROTLI_PARAM_QUALITY]: 6 };
/** In order of preference. */
const ENCODINGS = [
  ["br", (body: Buffer) => brotliCompressSync(body, { params: BROTLI_PARAMS })],
  ["gzip", (body: Buffer) => gzipSync(body)],
] as const;
/** Types that compress well and that every visitor loads, which source maps aren't. */
const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

interface StaticFile {
  bodies: Map<string, Buffer>;
  headers: Record<string, string>;
  etag: string;
}

/**
 * The built web app, read into memory and compressed once: a request only looks up a name, so no
 * path can lead out of the folder. A path without a file extension gets the app's page.
 * @returns a handler that answers null for a path without a file
 */
export function loadStaticFiles(root: string): (request: Request) => Response | null {
  const files = new Map<string, StaticFile>();
  if (existsSync(root)) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const name = relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
      files.set(`/${name}`, loadFile(root, name));
    }
  }
  const page = files.get("/index.html");

  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return null;
    const { pathname } = new URL(request.url);
    const isPage = extname(pathname) === "" || pathname.startsWith("/messages/");
    const file =
      files.get(pathname) ?? (isPage && !pathname.startsWith("/assets/") ? page : undefined);
    return file === undefined ? null : toResponse(request, file);
  };
}

function loadFile(root: string, name: string): StaticFile {
  const body = readFileSync(join(root, name));
  const bodies = new Map([["identity", body]]);
  if (COMPRESSED.has(extname(name))) {
    for (const [encoding, compress] of ENCODINGS) bodies.set(encoding, compress(body));
  }
  // The build puts a hash of the content into the names of these files.
  const immutable = name.startsWith("assets/");
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return {
    bodies,
    etag,
    headers: {
      "content-type": getMimeType(name) ?? "application/octet-stream",
      "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
      etag,
    },
  };
}

function toResponse(request: Request, { bodies, headers, etag }: StaticFile): Response {
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers });
  }
  const accepted = request.headers.get("accept-encoding") ?? "";
  const encoding = ENCODINGS.find(([name]) => accepted.includes(name) && bodies.has(name))?.[0];
  const body = bodies.get(encoding ?? "identity") ?? Buffer.alloc(0);
  return new Response(request.method === "HEAD" ? null : new Uint8Array(body), {
    headers: {
      ...headers,
      "content-length": String(body.length),
      ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    },
  });
}
