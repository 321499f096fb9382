import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { startStack } from "@cruddur/dev-stack/stack";
import type { TestProject } from "vitest/node";
import { createClient } from "../src/index.ts";

export interface TestStack {
  url: string;
  /** Of every demo person. */
  password: string;
  /** A server on the same data that accepts the pages of `origin`, which are the files of `folder`. */
  pages: { url: string; origin: string; folder: string };
}

declare module "vitest" {
  interface ProvidedContext {
    stack: TestStack;
  }
}

const LIMITS = ["SIGN_INS", "SEARCHES", "LOOKUPS", "SENDS", "TYPING"];
const PASSWORD = "a password of tests 1 A";

/** One local stack for all files, with the demo people and their conversation. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-client-"));
  const stack = await startStack({
    dataDir,
    env: {
      LOG_LEVEL: "warn",
      DEMO_PASSWORD: PASSWORD,
      ...Object.fromEntries(LIMITS.map((name) => [`LIMIT_${name}`, "100000/60"])),
    },
  });
  await introduce(stack.url);
  const folder = join(dataDir, "pages");
  const pages = await servePages(folder);
  const { url } = await stack.startServer({ env: { WEB_ORIGIN: pages.origin } });
  project.provide("stack", {
    url: stack.url,
    password: PASSWORD,
    pages: { url, origin: pages.origin, folder },
  });
  return async () => {
    pages.close();
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** Files send in any order from andrewbrown to bayko, who takes at most three messages of a stranger. */
async function introduce(url: string): Promise<void> {
  const [andrew, bayko] = ["andrewbrown", "bayko"].map((handle) =>
    createClient({ url, handle, password: PASSWORD }),
  );
  const request = await andrew?.send({ handle: "bayko", message: "May I write to you?" });
  if (request)
    await bayko?.messageGroups.accept({ message_group_uuid: request.message_group_uuid });
}

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves the files of a folder, as any static host would. */
async function servePages(folder: string): Promise<{ origin: string; close(): void }> {
  await mkdir(folder);
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "/index.html" : (request.url ?? "");
    readFile(join(folder, name)).then(
      (body) => response.setHeader("content-type", TYPES[extname(name)] ?? "").end(body),
      () => response.writeHead(404).end(),
    );
  }).listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, close: () => server.close() };
}
