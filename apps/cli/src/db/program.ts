import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { addAudit } from "./audit.ts";
import { addConnect } from "./connect.ts";
import { addCreate } from "./create.ts";
import { addDisableSecondFactor } from "./disable-second-factor.ts";
import { addDrop } from "./drop.ts";
import { addErase } from "./erase.ts";
import { addExport } from "./export.ts";
import { addReports, addResolve } from "./reports.ts";
import { addSchemaLoad } from "./schema-load.ts";
import { addSeed } from "./seed.ts";
import { addSetup } from "./setup.ts";
import { addRestore, addSuspend } from "./suspend.ts";
import { addUpdateCognitoUserIds } from "./update-cognito-user-ids.ts";
import { addVapidKeys } from "./vapid-keys.ts";

/** `pnpm db`: the operators' commands for the people's database. */
export function createDbProgram(context: CommandContext): Command {
  const program = createProgram("pnpm db", "The Postgres database of Cruddur Messages");
  addCreate(program, context);
  addDrop(program, context);
  addSchemaLoad(program, context);
  addSeed(program, context);
  addSetup(program, context);
  addUpdateCognitoUserIds(program, context);
  addAudit(program, context);
  addReports(program, context);
  addResolve(program, context);
  addSuspend(program, context);
  addRestore(program, context);
  addDisableSecondFactor(program, context);
  addExport(program, context);
  addErase(program, context);
  addVapidKeys(program);
  addConnect(program, context);
  return program;
}
