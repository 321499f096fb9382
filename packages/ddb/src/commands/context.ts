import type { CommandContext } from "@cruddur/command-line/program";
import type { UserShort } from "@cruddur/contract/users";

/** What the table's commands need beyond the common: people are kept elsewhere. */
export interface DdbContext extends CommandContext {
  /** Looks a person up where users are kept; null for an unknown handle. */
  findUserByHandle(handle: string, options?: { prod?: boolean }): Promise<UserShort | null>;
}
