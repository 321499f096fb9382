import { createClientId } from "@cruddur/contract/ids";
import pg from "pg";
import { beforeAll, expect, test, vi } from "vitest";
import { createClient } from "./support/client.ts";
import { signIn, untilHealthy, useServer } from "./support/stack.ts";

const { server } = useServer();
beforeAll(() => untilHealthy(server));

test("a warm request makes no Postgres query", async () => {
  const { access_token } = await signIn(server, "londo");
  const client = createClient(server.url, access_token);
  const page = async () => {
    const sent = await client.messages.create.mutate({
      handle: "bayko",
      message: "warm",
      client_id: createClientId(),
    });
    const { message_group_uuid } = sent;
    await Promise.all([
      client.messageGroups.list.query({}),
      client.messages.list.query({ message_group_uuid }),
      client.messageGroups.get.query({ message_group_uuid }),
      client.users.me.query(),
      client.users.short.query({ handle: "bayko" }),
    ]);
  };
  await page();
  // The server runs in this process, so every query that it makes passes here.
  using queries = vi.spyOn(pg.Client.prototype, "query");
  await page();
  const texts = queries.mock.calls.map(([query]) => textOf(query));
  // Notices to other servers are sent after the request, not within it.
  expect(texts.filter((text) => !/pg_notify/.test(text))).toEqual([]);
  await client.users.search.query({ query: "bayko" });
  expect(queries.mock.calls.length).toBeGreaterThan(texts.length);
});

function textOf(query: unknown): string {
  return typeof query === "string" ? query : String((query as { text?: string }).text);
}
