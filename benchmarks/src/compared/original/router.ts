import { randomUUID } from "node:crypto";
import { type DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { initTRPC, TRPCError } from "@trpc/server";
import type { Pool } from "pg";
import { z } from "zod";
import { messageItem } from "./table.ts";

export interface OriginalContext {
  client: DynamoDBClient;
  tableName: string;
  pool: Pool;
  /** Verifies the signature of the token for every request. Throws if it is invalid. */
  verify(token: string): Promise<string>;
  authorization: string | undefined;
}

const t = initTRPC.context<OriginalContext>().create();

const signedIn = t.procedure.use(async ({ ctx, next }) => {
  const token = ctx.authorization?.split(" ")[1];
  if (token === undefined) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { ...ctx, cognito_user_id: await ctx.verify(token) } });
});

async function myUuid(pool: Pool, cognito_user_id: string): Promise<string> {
  const { rows } = await pool.query<{ uuid: string }>(
    "SELECT users.uuid FROM public.users WHERE users.cognito_user_id = $1 LIMIT 1",
    [cognito_user_id],
  );
  return rows[0]?.uuid ?? "";
}

async function newest(ctx: OriginalContext, pk: string) {
  const { Items = [] } = await ctx.client.send(
    new QueryCommand({
      TableName: ctx.tableName,
      ScanIndexForward: false,
      Limit: 20,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :year)",
      ExpressionAttributeValues: {
        ":pk": { S: pk },
        ":year": { S: String(new Date().getFullYear()) },
      },
    }),
  );
  return Items;
}

/** The original's procedures and reads, without the mistakes that only make them slower. */
export const originalRouter = t.router({
  messageGroups: t.router({
    list: signedIn.query(async ({ ctx }) => {
      const items = await newest(ctx, `GRP#${await myUuid(ctx.pool, ctx.cognito_user_id)}`);
      return items.map((item) => ({
        uuid: item.message_group_uuid?.S,
        display_name: item.user_display_name?.S,
        handle: item.user_handle?.S,
        message: item.message?.S,
        created_at: item.sk?.S,
      }));
    }),
  }),
  messages: t.router({
    list: signedIn
      .input(z.object({ message_group_uuid: z.string() }))
      .query(async ({ ctx, input }) => {
        await myUuid(ctx.pool, ctx.cognito_user_id);
        const items = await newest(ctx, `MSG#${input.message_group_uuid}`);
        return items.reverse().map((item) => ({
          uuid: item.message_uuid?.S,
          display_name: item.user_display_name?.S,
          handle: item.user_handle?.S,
          message: item.message?.S,
          created_at: item.sk?.S,
        }));
      }),
    create: signedIn
      .input(z.object({ message: z.string().max(1024), message_group_uuid: z.string() }))
      .mutation(async ({ ctx, input }) => {
        const { rows } = await ctx.pool.query<{
          uuid: string;
          display_name: string;
          handle: string;
        }>(
          "SELECT users.uuid, users.display_name, users.handle FROM public.users WHERE users.cognito_user_id = $1",
          [ctx.cognito_user_id],
        );
        const me = rows[0];
        if (me === undefined) throw new TRPCError({ code: "NOT_FOUND" });
        const message = {
          message_uuid: randomUUID(),
          message_group_uuid: input.message_group_uuid,
          message: input.message,
          created_at: new Date().toISOString(),
          sender: { user_uuid: me.uuid, display_name: me.display_name, handle: me.handle },
        };
        await ctx.client.send(
          new PutItemCommand({ TableName: ctx.tableName, Item: messageItem(message) }),
        );
        return {
          message_group_uuid: input.message_group_uuid,
          uuid: me.uuid,
          display_name: me.display_name,
          handle: me.handle,
          message: input.message,
          created_at: message.created_at,
        };
      }),
  }),
});
