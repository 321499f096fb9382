import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createVapidKeys } from "@cruddur/command-line/vapid-keys";
import { startStack } from "@cruddur/dev-stack/stack";
import type { TestProject } from "vitest/node";
import { buildApp } from "../scripts/build-app.ts";

export interface TestStack {
  url: string;
  dataDir: string;
  /** Environment variables for another server on the same data. */
  env: Record<string, string>;
}

declare module "vitest" {
  interface ProvidedContext {
    stack: TestStack;
  }
}

/** Tests sign up many people from one address. */
export const GENEROUS_LIMITS = {
  LIMIT_SIGN_INS: "100000/60",
  LIMIT_ACCOUNTS: "100000/60",
  LIMIT_CODES: "100000/60",
  LIMIT_SEARCHES: "100000/60",
  LIMIT_LOOKUPS: "100000/60",
  LIMIT_SENDS: "100000/60",
  LIMIT_TYPING: "100000/60",
  LIMIT_REQUESTS: "1000000/10",
  LIMIT_READS: "100000/10",
  LIMIT_CHANGES: "100000/10",
  LIMIT_NAMES: "100000/60",
  LIMIT_CONNECTIONS: "100000/60",
  LIMIT_GROUPS: "100000/60",
};

/** One real stack for the whole run. Every test creates its own people. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = fileURLToPath(new URL("../dist/index.html", import.meta.url));
  if (!existsSync(built)) await buildApp();
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-web-"));
  const { publicKey: VAPID_PUBLIC_KEY } = createVapidKeys();
  const env = { ...GENEROUS_LIMITS, LOG_LEVEL: "warn", VAPID_PUBLIC_KEY };
  const stack = await startStack({ dataDir, env });
  const { pid: _, url, ...endpoints } = stack.endpoints;
  project.provide("stack", { url, dataDir, env: { ...GENEROUS_LIMITS, ...endpoints } });
  return async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
