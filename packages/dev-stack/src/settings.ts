import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createVapidKeys } from "@cruddur/command-line/vapid-keys";
import { readJsonFile, writeAtomically } from "@cruddur/engines/json-file";
import { z } from "zod";

const portsSchema = z.object({
  dynamodb: z.number().optional(),
  postgres: z.number().optional(),
  userPool: z.number().optional(),
});
const settingsSchema = z.object({
  cursorSecret: z.string(),
  ports: portsSchema,
  /** The keys of Web Push. Browsers subscribe with the public one, so they stay. */
  vapid: z.object({ publicKey: z.string(), privateKey: z.string() }).default(createVapidKeys),
});

/** The port of each engine. Access tokens contain the port of the user pool. */
export type EnginePorts = z.infer<typeof portsSchema>;
/** What a local stack keeps for its next run: the secret of its cursors and the ports of its engines. */
export type Settings = z.infer<typeof settingsSchema>;

const fileIn = (dataDir: string) => join(dataDir, "settings.json");

/** The settings of the last run. For the first run, a new secret and no ports. */
export async function readSettings(dataDir: string): Promise<Settings> {
  const saved = await readJsonFile(fileIn(dataDir), settingsSchema);
  return (
    saved ?? settingsSchema.parse({ cursorSecret: randomBytes(32).toString("hex"), ports: {} })
  );
}

export async function saveSettings(dataDir: string, settings: Settings): Promise<void> {
  await writeAtomically(fileIn(dataDir), JSON.stringify(settings));
}
