import { CliError } from "@cruddur/command-line/cli-error";
import { note, print } from "@cruddur/command-line/output";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { meterCapacity } from "@cruddur/ddb/consumed-capacity";
import { listMessagesBetween } from "@cruddur/ddb/list-messages-between";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Command } from "commander";
import { addCommand, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { type DdbContext, findMember } from "./context.ts";
import { LAST_MESSAGE_MS, parseFrom, parseUntil } from "./dates.ts";
import { formatMessage } from "./format-message.ts";
import { type TableTarget, withTable } from "./table-target.ts";

const NEWEST_MESSAGES = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface GetConversationOptions extends CommonOptions {
  between?: string[];
  /** Milliseconds since the epoch, as `until`. */
  from?: number;
  until?: number;
}

/** `pnpm ddb get-conversation` */
export function addGetConversation(program: Command, context: DdbContext): void {
  addCommand(program, "get-conversation", {
    description: `print the newest ${NEWEST_MESSAGES} messages of a conversation, with times in UTC`,
    example: "pnpm ddb get-conversation --between andrewbrown bayko --from 2026-11-01",
    permissions: permissionsOfPatterns("listMessagesBetween", "listMemberUuids"),
  })
    .argument("[message_group_uuid]", "the conversation; or name its two people with --between")
    .option("--between <handles...>", "the handles of the two people")
    .option("--from <date>", "no earlier than, as 2026-11-21 or 2026-11-21T10:30Z", parseFrom)
    .option("--until <date>", "no later than; a date includes the whole day", parseUntil)
    .action(async (uuid: string | undefined, options: GetConversationOptions) => {
      const { from: fromMs = 0, until: untilMs = LAST_MESSAGE_MS } = options;
      if (fromMs > untilMs) throw new CliError("--from is after --until");
      await withTable(context, options, async (table) => {
        const message_group_uuid = await resolveMessageGroup(context, options, uuid);
        const capacity = meterCapacity(table.client);
        const messages = await listMessagesBetween(table, {
          message_group_uuid,
          fromMs,
          untilMs,
          limit: NEWEST_MESSAGES,
        });
        const { readUnits } = capacity;
        if (messages.length === 0) await requireMembers(table, message_group_uuid, options);
        note(`consumed capacity: ${count(readUnits, "read unit")}`);
        if (messages.length === 0) note("no messages in this time");
        const lines = messages.map(({ handle, created_at, message }) =>
          formatMessage(handle, created_at, message),
        );
        print(options, messages, lines.join("\n"));
      });
    });
}

/** Tells an unknown conversation from one without messages. Throws CliError for an unknown one. */
async function requireMembers(
  table: TableTarget,
  message_group_uuid: string,
  { between }: GetConversationOptions,
): Promise<void> {
  const uuids = await createMessagesStore(table).listMemberUuids({ message_group_uuid });
  if (uuids.length > 0) return;
  const people = between?.map((handle) => `@${handle.replace(/^@/, "")}`).join(" and ");
  throw new CliError(
    people ? `${people} have no conversation` : `there is no conversation ${message_group_uuid}`,
  );
}

async function resolveMessageGroup(
  context: DdbContext,
  options: GetConversationOptions,
  uuid: string | undefined,
): Promise<string> {
  if (uuid !== undefined && options.between === undefined) {
    if (!UUID.test(uuid)) throw new CliError(`${uuid} isn't a message_group_uuid`);
    return uuid;
  }
  const [a, b, ...rest] = options.between ?? [];
  if (uuid !== undefined || a === undefined || b === undefined || rest.length > 0) {
    throw new CliError("give a message_group_uuid, or --between with two handles");
  }
  const [one, two] = [await findMember(context, options, a), await findMember(context, options, b)];
  return derivePairGroupUuid(one.user_uuid, two.user_uuid);
}
