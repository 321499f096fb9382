import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { messageGroupSchema, messageGroupsListInput } from "@cruddur/contract/message-groups";
import {
  messageSchema,
  messagesCreateInput,
  messagesListInput,
  messagesListOutput,
} from "@cruddur/contract/messages";
import { users } from "@cruddur/db/schema";
import { TABLE_NAME as TableName } from "@cruddur/ddb/table";
import { initTRPC, TRPCError } from "@trpc/server";
import { eq, inArray } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { v7 } from "uuid";
import { z } from "zod";
import { type Item, itemsOf, peopleOf, toMessage, toMessageGroup } from "./items.ts";

interface Context {
  dynamoDb: DynamoDBDocumentClient;
  db: NodePgDatabase;
  verify: (token: string) => Promise<string>;
  authorization: string | undefined;
}

const t = initTRPC.context<Context>().create();

const signedIn = t.procedure.use(async ({ ctx, next }) => {
  const token = ctx.authorization?.split(" ")[1];
  if (token === undefined) throw new TRPCError({ code: "UNAUTHORIZED" });
  const sub = await ctx.verify(token);
  const [user] = await ctx.db.select().from(users).where(eq(users.cognito_user_id, sub)).limit(1);
  if (user === undefined) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { user } });
});

async function requireMember({ dynamoDb }: Context, user_uuid: string, group = ""): Promise<Item> {
  const Key = { pk: `GRP#${user_uuid}`, sk: group };
  const { Item } = await dynamoDb.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  if (Item === undefined) throw new TRPCError({ code: "FORBIDDEN" });
  return Item;
}

async function namesOf({ db }: Context, uuids: string[]) {
  const { uuid, handle, display_name } = users;
  const wanted = [...new Set(uuids)];
  const rows = await db
    .select({ uuid, handle, display_name })
    .from(users)
    .where(inArray(users.uuid, wanted));
  return new Map(rows.map((row) => [row.uuid, row]));
}

/** A page's items and its cursors. @param border where an older page begins; null where there is none */
function pageOf<T>(items: T[], border: string | null) {
  const next_cursor = border === null ? null : Buffer.from(border).toString("base64url");
  return { items, next_cursor, previous_cursor: null };
}

export const documentedRouter = t.router({
  messageGroups: t.router({
    list: signedIn
      .input(messageGroupsListInput)
      .output(
        z.object({
          items: z.array(messageGroupSchema),
          next_cursor: z.string().nullable(),
          previous_cursor: z.string().nullable(),
        }),
      )
      .query(async ({ ctx, input: { limit } }) => {
        const query = (folder: string, Limit: number) =>
          ctx.dynamoDb.send(
            new QueryCommand({
              ...{ TableName, IndexName: "inbox-index", ScanIndexForward: false, Limit },
              KeyConditionExpression: "inbox_pk = :folder",
              ExpressionAttributeValues: { ":folder": `${folder}#${ctx.user.uuid}` },
            }),
          );
        const [pinned, inbox] = await Promise.all([query("PIN", 101), query("INB", limit + 1)]);
        const all = itemsOf(inbox);
        const shown = [...itemsOf(pinned), ...all.slice(0, limit)];
        const names = await namesOf(ctx, shown.flatMap(peopleOf));
        const next = all.length > limit ? all[limit - 1]?.last_message_at : null;
        return pageOf(
          shown.map((item) => toMessageGroup(item, names)),
          next,
        );
      }),
  }),
  messages: t.router({
    list: signedIn
      .input(messagesListInput)
      .output(messagesListOutput)
      .query(async ({ ctx, input: { message_group_uuid, limit } }) => {
        await requireMember(ctx, ctx.user.uuid, message_group_uuid);
        const found = await ctx.dynamoDb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": `MSG#${message_group_uuid}` },
            ScanIndexForward: false,
            Limit: limit + 1,
          }),
        );
        const all = itemsOf(found);
        const shown = all.slice(0, limit).reverse();
        const names = await namesOf(
          ctx,
          shown.map(({ user_uuid }) => user_uuid),
        );
        const items = shown.map((item) => toMessage(item, message_group_uuid, names));
        return pageOf(items, all.length > limit ? (items[0]?.uuid ?? null) : null);
      }),
    create: signedIn
      .input(messagesCreateInput)
      .output(messageSchema)
      .mutation(async ({ ctx, input: { message_group_uuid = "", client_id, message } }) => {
        const { user } = ctx;
        const membership = await requireMember(ctx, user.uuid, message_group_uuid);
        const uuid = v7();
        const ms = Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
        const place = {
          pk: `MSG#${message_group_uuid}`,
          sk: `${new Date(ms).toISOString()}#${uuid}`,
        };
        const put = (Item: Item) =>
          ctx.dynamoDb.send(
            new PutCommand({
              ...{ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
            }),
          );
        const expires_at = Math.floor(Date.now() / 1000) + 400 * 86_400;
        const claimed = { message_pk: place.pk, message_sk: place.sk, expires_at };
        await put({ pk: `CLM#${user.uuid}`, sk: client_id, ...claimed });
        const Item = {
          ...{ ...place, message_uuid: uuid, client_id, message, user_uuid: user.uuid },
          ...{ user_handle: user.handle, user_display_name: user.display_name },
          member_count: membership.member_count,
        };
        await put(Item);
        return toMessage(Item, message_group_uuid, new Map([[user.uuid, user]]));
      }),
  }),
});
