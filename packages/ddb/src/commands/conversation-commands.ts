import { readFile } from "node:fs/promises";
import {
  addCommand,
  CliError,
  type CommonOptions,
  createProgress,
  note,
  print,
} from "@cruddur/core/cli";
import { derivePairGroupUuid } from "@cruddur/core/ids";
import { truncateText } from "@cruddur/core/text";
import { type Command, InvalidArgumentError } from "commander";
import { type CapacityMeter, meterCapacity } from "../consumed-capacity.ts";
import { listGroups } from "../patterns/list-groups.ts";
import { listMessagesBetween } from "../patterns/list-messages-between.ts";
import { loadConversation, parseConversation } from "../seed.ts";
import type { Member } from "../types.ts";
import type { DdbContext } from "./context.ts";
import { withTable } from "./table-target.ts";

const NEWEST_ITEMS = 20;
const LINE_MAX_CHARS = 40;
const DAY_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** seed, get-conversation, list-conversations. */
export function addConversationCommands(program: Command, context: DdbContext): void {
  addCommand(program, "seed", "load a conversation between two people, one minute apart")
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

  addCommand(program, "get-conversation", `the newest ${NEWEST_ITEMS} messages of a group, UTC`)
    .argument("[message_group_uuid]", "the group; or name its two people with --between")
    .option("--between <handles...>", "two handles")
    .option("--from <date>", "not before, as 2026-11-21 or 2026-11-21T10:30Z", parseDate)
    .option("--until <date>", "not after; a date means to its end", parseUntil)
    .action((group: string | undefined, options: GetConversationOptions) =>
      withTable(context, options, async (table) => {
        const message_group_uuid = await groupOf(context, options, group);
        const capacity = meterCapacity(table.client);
        const messages = await listMessagesBetween(table, {
          message_group_uuid,
          fromMs: options.from ?? 0,
          untilMs: options.until ?? Date.parse("9999-12-31T23:59:59.999Z"),
          limit: NEWEST_ITEMS,
        });
        noteCapacity(capacity);
        const text = messages.map((item) => line(item.handle, item.created_at, item.message));
        print(options, messages, text.join("\n"));
      }),
    );

  addCommand(program, "list-conversations", "a person's groups, newest first")
    .argument("<handle>", "whose inbox")
    .action(async (handle: string, options: CommonOptions) => {
      const { user_uuid } = await findMember(context, options, handle);
      await withTable(context, options, async (table) => {
        const capacity = meterCapacity(table.client);
        const { items } = await listGroups(table, { user_uuid, limit: 100 });
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

function parseDate(value: string): number {
  const ms = Date.parse(value);
  if (Number.isNaN(ms) || ms < 0) throw new InvalidArgumentError("not a date.");
  return ms;
}

function parseUntil(value: string): number {
  return parseDate(value) + (/^\d{4}-\d{2}-\d{2}$/.test(value) ? DAY_MS - 1 : 0);
}
