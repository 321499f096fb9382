import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { note, print } from "@cruddur/command-line/output";
import {
  type AccountLink,
  applyAccountLinks,
  planAccountLinks,
  type RefusedLink,
} from "@cruddur/db/link-accounts";
import { createSecurityEvents } from "@cruddur/db/security-events";
import Table from "cli-table3";
import type { Command } from "commander";
import {
  LIST_POOL_USERS,
  listPoolUsers,
  type PoolTarget,
  resolveUserPool,
} from "../cognito/user-pool.ts";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { type DatabaseTarget, withDatabase, withDb } from "./database-target.ts";

/** `pnpm db update-cognito-user-ids` */
export function addUpdateCognitoUserIds(program: Command, context: CommandContext): void {
  addCommand(program, "update-cognito-user-ids", {
    description: "link people to their accounts in the user pool by user name and verified email",
    example: "pnpm db update-cognito-user-ids",
    permissions: [LIST_POOL_USERS],
    asks: true,
  }).action((options: CommonOptions) =>
    withDatabase(context, options, async (target) => {
      const updated = await linkPeople(target, resolveUserPool(context, options), options);
      const names = updated.length > 0 ? `: ${updated.join(", ")}` : "";
      print(options, { updated }, `${updated.length} updated${names}`);
    }),
  );
}

/**
 * Sets the `cognito_user_id` of the people who are proven to own an account of the pool, after
 * showing every change and, in production, asking. Throws CliError when the operator refuses.
 * @returns the handles that were linked
 */
export async function linkPeople(
  target: DatabaseTarget,
  pool: PoolTarget,
  options: CommonOptions,
): Promise<string[]> {
  const accounts = (await listPoolUsers(pool)).map(({ sub, username, email, email_verified }) => ({
    cognito_user_id: sub,
    username,
    email: email ?? "",
    email_verified,
  }));
  const { links, refused } = await withDb(target, (db) => planAccountLinks(db, accounts));
  for (const { handle, reason } of refused) note(`not linked: ${handle}, ${REASONS[reason]}`);
  if (links.length === 0) return [];
  note(formatLinks(links));
  const { database, address, isProduction } = target;
  const people = links.length === 1 ? "this person" : `these ${count(links.length, "account")}`;
  await confirmOrThrow(`Link ${people} in ${database} at ${address}?`, {
    yes: options.yes === true || !isProduction,
  });
  return withDb(target, async (db) => {
    const linked = await applyAccountLinks(db, links);
    const events = createSecurityEvents(db);
    for (const { uuid, handle } of links) {
      const outcome = linked.includes(handle) ? "ok" : "changed_meanwhile";
      await events.append({ event: "link", outcome, user_uuid: uuid, handle, device: "pnpm db" });
    }
    return linked;
  });
}

const REASONS: Record<RefusedLink["reason"], string> = {
  email_not_verified: "whose account has not verified its email",
  email_differs: "because the account of that user name has another email",
  several_accounts: "because several accounts have that user name and email",
};

function formatLinks(links: readonly AccountLink[]): string {
  const table = new Table({
    head: ["handle", "email", "from", "to"],
    style: { head: [], border: [] },
  });
  for (const { handle, email, from, to } of links) table.push([handle, email, from ?? "-", to]);
  return table.toString();
}
