import { CliError } from "@cruddur/command-line/cli-error";
import type { UserShort } from "@cruddur/contract/users";
import type { Member } from "@cruddur/ddb/types";
import type { CommandContext, CommonOptions } from "../command.ts";

/** What the table's commands are given. People are kept in Postgres, so their lookup is passed in. */
export interface DdbContext extends CommandContext {
  /** Finds a person by handle; null for an unknown handle. */
  findUserByHandle(handle: string, options?: { prod?: boolean }): Promise<UserShort | null>;
}

/** Finds a person by handle, with or without a leading `@`. Throws CliError for an unknown handle. */
export async function findMember(
  context: DdbContext,
  options: CommonOptions,
  typedHandle: string,
): Promise<Member> {
  const handle = typedHandle.replace(/^@/, "");
  const user = await context.findUserByHandle(handle, { prod: options.prod === true });
  if (user === null) throw new CliError(`there is no user @${handle}`);
  return { user_uuid: user.uuid, handle: user.handle, display_name: user.display_name };
}
