import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { getFreePort, isPortFree } from "@cruddur/engines/ports";
import { z } from "zod";
import { readJsonFile, writeAtomically } from "./json-file.ts";

const settingsSchema = z.object({
  cursorSecret: z.string(),
  ports: z.object({ dynamodb: z.number(), postgres: z.number(), userPool: z.number() }),
});
export type Settings = z.infer<typeof settingsSchema>;

/**
 * What a stack keeps from one run to the next: the secret of its cursors, and its engines' ports
 * while they are free, since a token names its issuer's.
 */
export async function readSettings(dataDir: string): Promise<Settings> {
  const file = join(dataDir, "settings.json");
  const saved = await readJsonFile(file, settingsSchema);
  const portOf = async (known: number | undefined) =>
    known !== undefined && (await isPortFree(known)) ? known : getFreePort();
  const settings = {
    cursorSecret: saved?.cursorSecret ?? randomBytes(32).toString("hex"),
    ports: {
      dynamodb: await portOf(saved?.ports.dynamodb),
      postgres: await portOf(saved?.ports.postgres),
      userPool: await portOf(saved?.ports.userPool),
    },
  };
  await writeAtomically(file, JSON.stringify(settings));
  return settings;
}
