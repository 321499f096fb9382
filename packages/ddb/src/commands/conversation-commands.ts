import { readFile } from "node:fs/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { note, print } from "@cruddur/command-line/output";
import { addCommand, type CommonOptions } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { truncateText } from "@cruddur/contract/text";
import type { Command } from "commander";
import type { Table } from "../client.ts";
import { type CapacityMeter, meterCapacity } from "../consumed-capacity.ts";
import { listInbox } from "../patterns/list-inbox.ts";
import { listMessagesBetween } from "../patterns/list-messages-between.ts";
import { loadConversation, parseConversation } from "../seed.ts";
import type { Member, Membership, Page, PagePosition } from "../types.ts";
import type { DdbContext } from "./context.ts";
import { LAST_MS, parseFrom, parseUntil } from "./dates.ts";
import { withTable } from "./table-target.ts";

const NEWEST_ITEMS = 20;
const LINE_MAX_CHARS = 40;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** seed, get-conversation, list-conversations. */
export function addConversationCommands(program: Command, context: DdbContext): void {
  addCommand(program, "seed", "load a conversation between two people, one minute apart", {
    yes: false,
  })
    .requiredOption("--conversation <file>", "lines of `Person 1: …` and `Person 2: …`")
    .requiredOption("--from <handle>", "who is Person 1")
    .requiredOption("--to <handle>", "who is Person 2")
    .action(async (options: CommonOptions & { conversation: string; from: string; to: string }) => {
      const lines = parseConversation(await readText(options.conversation));
      const from = await findMember(context, options, options.from);
      const to = await findMember(context, options, options.to);
      if (from.user_uuid === to.user_uuid)
        throw new CliError("--from and --to are the same person");
      await withTable(context, options, async ({ client, tableName }) => {
        const progress = createProgress("messages", lines.length);
        const input = { client, tableName, lines, from, to, onLine: () => progress.add() };
        const loaded = await loadConversation(input).finally(() => progress.stop());
        const text = `${loaded.messages} messages in group ${loaded.message_group_uuid}`;
        print(options, loaded, text);
      });
    });

  addCommand(program, "get-conversation", `the newest ${NEWEST_ITEMS} messages of a group, UTC`, {
    yes: false,
  })
    .argument("[message_group_uuid]", "the group; or name its two people with --between")
    .option("--between <handles...>", "two handles")
    .option("--from <date>", "not before, as 2026-11-21 or 2026-11-21T10:30Z", parseFrom)
    .option("--until <date>", "not after; a date means to its end", parseUntil)
    .action(async (group: string | undefined, options: GetConversationOptions) => {
      const { from: fromMs = 0, until: untilMs = LAST_MS } = options;
      if (fromMs > untilMs) throw new CliError("--from is after --until");
      await withTable(context, options, async (table) => {
        const message_group_uuid = await groupOf(context, options, group);
        const capacity = meterCapacity(table.client);
        const messages = await listMessagesBetween(table, {
          message_group_uuid,
          fromMs,
          untilMs,
          limit: NEWEST_ITEMS,
        });
        noteCapacity(capacity);
        const text = messages.map((item) => line(item.handle, item.created_at, item.message));
        print(options, messages, text.join("\n"));
      });
    });

  addCommand(program, "list-conversations", "a person's groups, newest first", { yes: false })
    .argument("<handle>", "whose inbox")
    .action(async (handle: string, options: CommonOptions) => {
      const { user_uuid } = await findMember(context, options, handle);
      await withTable(context, options, async (table) => {
        const capacity = meterCapacity(table.client);
        const items = await listAllGroups(table, user_uuid);
        noteCapacity(capacity);
        const text = items.map(({ other, last_message, unread_count, message_group_uuid }) => {
          const { created_at = "", message = "" } = last_message ?? {};
          const unread = unread_count > 0 ? ` (${unread_count} unread)` : "";
          return `${message_group_uuid} ${line(other.handle, created_at, message)}${unread}`;
        });
        print(options, items, text.join("\n") || "no conversations yet");
      });
    });
}

interface GetConversationOptions extends CommonOptions {
  between?: string[];
  /** ms since the epoch */
  from?: number;
  until?: number;
}

async function listAllGroups(table: Table, user_uuid: string): Promise<Membership[]> {
  const items: Membership[] = [];
  for (let position: PagePosition | null | undefined; position !== null; ) {
    const page: Page<Membership> = await listInbox(table, { user_uuid, limit: 100, position });
    items.push(...page.items);
    position = page.next;
  }
  return items;
}

async function groupOf(
  context: DdbContext,
  options: GetConversationOptions,
  group: string | undefined,
): Promise<string> {
  if (group !== undefined && options.between === undefined) {
    if (!UUID.test(group)) throw new CliError(`${group} isn't a message_group_uuid`);
    return group;
  }
  const [a, b, ...rest] = options.between ?? [];
  if (group !== undefined || a === undefined || b === undefined || rest.length > 0) {
    throw new CliError("give a message_group_uuid, or --between with two handles");
  }
  const [one, two] = [await findMember(context, options, a), await findMember(context, options, b)];
  return derivePairGroupUuid(one.user_uuid, two.user_uuid);
}

async function findMember(
  context: DdbContext,
  options: CommonOptions,
  handle: string,
): Promise<Member> {
  const user = await context.findUserByHandle(handle.replace(/^@/, ""), {
    prod: options.prod === true,
  });
  if (user === null) throw new CliError(`there is no user @${handle.replace(/^@/, "")}`);
  return { user_uuid: user.uuid, handle: user.handle, display_name: user.display_name };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new CliError(`can't read ${path}`);
  }
}

function noteCapacity({ readUnits }: CapacityMeter): void {
  note(`consumed capacity: ${readUnits} read units`);
}

/** `bayko 2026-11-21 10:31 AM First forty letters of the mess` */
function line(handle: string, created_at: string, message: string): string {
  const hour = Number(created_at.slice(11, 13));
  const hour12 = String(hour % 12 || 12).padStart(2, "0");
  const time = `${hour12}:${created_at.slice(14, 16)} ${hour < 12 ? "AM" : "PM"}`;
  const text = truncateText(message.replace(/\s+/g, " "), {
    chars: LINE_MAX_CHARS,
    bytes: Number.POSITIVE_INFINITY,
  });
  return `${handle} ${created_at.slice(0, 10)} ${time} ${text}`;
}
