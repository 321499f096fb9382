import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};
/** Half a second of a phone's first load is worth some milliseconds of a server's start. */
const BROTLI_QUALITY = 6;
const ENCODINGS = [
  [
    "br",
    ".br",
    (body: Buffer) =>
      brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  ],
  ["gzip", ".gz", (body: Buffer) => gzipSync(body)],
] as const;
/** What shrinks and is loaded by everybody; source maps are neither. */
const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

interface StaticFile {
  bodies: Map<string, Buffer>;
  headers: Record<string, string>;
  etag: string;
}

/**
 * The built web app, read into memory once: a request only looks a name up, so no path can lead
 * out of the folder. Unknown paths without a file extension get the app itself.
 */
export function loadStaticFiles(root: string): (request: Request) => Response | null {
  const files = new Map<string, StaticFile>();
  if (existsSync(root)) {
    const names = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const name of names) {
      files.set(`/${relative(root, name).replaceAll("\\", "/")}`, loadFile(root, name));
    }
  }
  const index = files.get("/index.html");

  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return null;
    const { pathname } = new URL(request.url);
    const isPage = extname(pathname) === "" || pathname.startsWith("/messages/");
    const page = isPage && !pathname.startsWith("/assets/") ? index : undefined;
    const file = files.get(pathname) ?? page;
    return file === undefined ? null : answer(request, file);
  };
}

function loadFile(root: string, name: string): StaticFile {
  const body = readFileSync(name);
  const bodies = new Map([["identity", body]]);
  for (const [encoding, suffix, compress] of ENCODINGS) {
    if (existsSync(name + suffix)) bodies.set(encoding, readFileSync(name + suffix));
    else if (COMPRESSED.has(extname(name))) bodies.set(encoding, compress(body));
  }
  const hashed = relative(root, name).startsWith("assets");
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return {
    bodies,
    etag,
    headers: {
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      "cache-control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
      etag,
    },
  };
}

function answer(request: Request, { bodies, headers, etag }: StaticFile): Response {
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
