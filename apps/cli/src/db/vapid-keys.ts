import { note } from "@cruddur/command-line/output";
import { createVapidKeys } from "@cruddur/command-line/vapid-keys";
import type { Command } from "commander";
import { addCommand, type CommonOptions } from "../command.ts";

/** `pnpm db vapid-keys` */
export function addVapidKeys(program: Command): void {
  addCommand(program, "vapid-keys", {
    description: "make a new pair of keys for Web Push, as variables; nothing is stored",
    example: "pnpm db vapid-keys",
    permissions: [],
  }).action((options: CommonOptions) => {
    const { publicKey, privateKey } = createVapidKeys();
    const variables = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    process.stdout.write(options.json ? `${JSON.stringify(variables)}\n` : lines.join(""));
    note("browsers that subscribed with another public key must subscribe again");
  });
}
