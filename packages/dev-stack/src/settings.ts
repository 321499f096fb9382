import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, writeAtomically } from "./json-file.ts";

const portsSchema = z.object({
  dynamodb: z.number().optional(),
  postgres: z.number().optional(),
  userPool: z.number().optional(),
});
const settingsSchema = z.object({ cursorSecret: z.string(), ports: portsSchema });

/** The port of each engine that has run; tokens name the user pool's. */
export type EnginePorts = z.infer<typeof portsSchema>;
/** What a stack keeps from one run to the next: the secret of its cursors, and its engines' ports. */
export type Settings = z.infer<typeof settingsSchema>;

const fileIn = (dataDir: string) => join(dataDir, "settings.json");

/** The settings of the last run; a new secret and no ports where there was none. */
export async function readSettings(dataDir: string): Promise<Settings> {
  const saved = await readJsonFile(fileIn(dataDir), settingsSchema);
  return saved ?? { cursorSecret: randomBytes(32).toString("hex"), ports: {} };
}

export async function saveSettings(dataDir: string, settings: Settings): Promise<void> {
  await writeAtomically(fileIn(dataDir), JSON.stringify(settings));
}
