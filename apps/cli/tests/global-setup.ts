import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildPrograms } from "../build.mjs";

declare module "vitest" {
  interface ProvidedContext {
    programsDirectory: string;
  }
}

/** Builds the programs as an image contains them; they start five times as fast as from source. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "cruddur-programs-"));
  await buildPrograms(join(directory, "dist"));
  project.provide("programsDirectory", join(directory, "dist", "bin"));
  return () => rm(directory, { recursive: true, force: true });
}
