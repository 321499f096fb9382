import { matchRoute } from "../lib/routes.ts";

const { version, files } = SHELL;
const PREFIX = "cruddur-shell-";
/** The one page of the app, which every address of the app shows. */
const PAGE = "/";
/** A network that is slower than this counts as none: the kept page is as good. */
const PAGE_TIMEOUT_MS = 4_000;

/**
 * Keeps the page and the files of this build, and nothing that belongs to a person: what people
 * write is only in answers of the API, which this worker leaves to the network.
 */
export async function keepShell(): Promise<void> {
  const cache = await caches.open(PREFIX + version);
  // Files with a hash in their names come from the browser's cache where the page has loaded them.
  const requests = files.map((path) =>
    path.startsWith("/assets/") ? path : new Request(path, { cache: "reload" }),
  );
  await cache.addAll(requests);
}

/**
 * Deletes what older builds kept. The build before stays: a page that is still open loads its lazy
 * parts from there, which the server may no longer have.
 */
export async function dropOldShells(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.slice(0, -2).map((name) => caches.delete(name)));
}

/** The answer to a request for the page or a file of the app; null leaves it to the browser. */
export function answerFromShell(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return null;
  if (request.mode === "navigate") {
    return matchRoute(pathname, "").page === "not_found" ? null : loadPage(request);
  }
  return pathname.startsWith("/assets/") ? loadFile(request) : null;
}

/** The server's page while it answers, so that its newest headers apply; otherwise the kept one. */
async function loadPage(request: Request): Promise<Response> {
  const signal = AbortSignal.timeout(PAGE_TIMEOUT_MS);
  const answer = await fetch(request, { signal }).catch(() => null);
  if (answer !== null && answer.status < 500) return answer;
  return (await caches.match(PAGE, { ignoreVary: true })) ?? answer ?? Response.error();
}

async function loadFile(request: Request): Promise<Response> {
  // One name is one content, whatever headers the page sends beside those that `vary` names.
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
