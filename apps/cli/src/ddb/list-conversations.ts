import { note, print } from "@cruddur/command-line/output";
import { meterCapacity } from "@cruddur/ddb/consumed-capacity";
import type { MessagesStore } from "@cruddur/ddb/store";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Membership, Page, PagePosition } from "@cruddur/ddb/types";
import type { Command } from "commander";
import { addCommand, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { type DdbContext, findMember } from "./context.ts";
import { formatMessage } from "./format-message.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb list-conversations <handle>` */
export function addListConversations(program: Command, context: DdbContext): void {
  addCommand(program, "list-conversations", {
    description: "list a person's conversations folder by folder, newest first, with times in UTC",
    example: "pnpm ddb list-conversations bayko",
    permissions: permissionsOfPatterns("listInbox"),
  })
    .argument("<handle>", "whose inbox")
    .action(async (handle: string, options: CommonOptions) => {
      const { user_uuid } = await findMember(context, options, handle);
      await withTable(context, options, async (table) => {
        const capacity = meterCapacity(table.client);
        const memberships = await listFolders(createMessagesStore(table), user_uuid);
        note(`consumed capacity: ${count(capacity.readUnits, "read unit")}`);
        const lines = memberships.map(formatMembership);
        print(options, memberships, lines.join("\n") || "no conversations yet");
      });
    });
}

const FOLDERS = ["pinned", "inbox", "requests", "archive"] as const;

async function listFolders(store: MessagesStore, user_uuid: string): Promise<Membership[]> {
  const memberships: Membership[] = [];
  for (const folder of FOLDERS) {
    for (let position: PagePosition | null | undefined; position !== null; ) {
      const list = { user_uuid, folder, limit: 100, position };
      const page: Page<Membership> = await store.listInbox(list);
      memberships.push(...page.items);
      position = page.next;
    }
  }
  return memberships;
}

function formatMembership(membership: Membership): string {
  const { message_group_uuid, other, group, last_message, unread_count, folder } = membership;
  const title = other?.handle ?? group?.name ?? "group";
  const { created_at = "", message = "" } = last_message ?? {};
  const unread = unread_count > 0 ? ` (${unread_count} unread)` : "";
  const place = folder === "inbox" ? "" : ` [${folder}]`;
  return `${message_group_uuid} ${formatMessage(title, created_at, message)}${unread}${place}`;
}
