import { note } from "@cruddur/command-line/output";
import { createSecurityEvents, type SecurityEvent } from "@cruddur/db/security-events";
import Table from "cli-table3";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { withDatabase, withDb } from "./database-target.ts";
import { findUuid } from "./find-uuid.ts";

const MAX_EVENTS = 200;

/** `pnpm db audit` */
export function addAudit(program: Command, context: CommandContext): void {
  addCommand(program, "audit", {
    description: `list the newest ${MAX_EVENTS} security events of an account, such as its sign-ins`,
    example: "pnpm db audit londo",
    permissions: [],
  })
    .argument("<handle>", "whose events; also of attempts under a handle that nobody has")
    .action((handle: string, options: CommonOptions) =>
      withDatabase(context, options, async (target) => {
        const events = await withDb(target, async (db) => {
          const user_uuid = await findUuid(db, handle);
          return createSecurityEvents(db).list({ user_uuid, handle }, MAX_EVENTS);
        });
        if (options.json) process.stdout.write(`${JSON.stringify(events)}\n`);
        else if (events.length > 0) process.stdout.write(`${formatEvents(events)}\n`);
        note(count(events.length, "event"));
      }),
    );
}

function formatEvents(events: readonly SecurityEvent[]): string {
  const table = new Table({
    head: ["at", "event", "outcome", "address", "device"],
    style: { head: [], border: [] },
  });
  for (const { at, event, outcome, address, device } of events) {
    table.push([at.toISOString(), event, outcome, address ?? "-", device ?? "-"]);
  }
  return table.toString();
}
