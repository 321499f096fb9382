import { expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import { signIn, useServer, uuidOf } from "./support/stack.ts";

const { stack, server } = useServer();
const sql = (text: string, values: string[] = []) => stack.postgres.pool.query(text, values);

/** What makes a server find out that it missed notices. */
const GAPS = {
  "its own connection was interrupted": () =>
    sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cruddur-notifications' and datname = current_database()",
    ),
  "another server could not send its notices": () =>
    sql("select pg_notify('cruddur_live', $1)", [
      JSON.stringify({ from: "another server", notice: { type: "lost" } }),
    ]),
};

test.each(Object.entries(GAPS))(
  "sessions that ended and names that changed are read again after %s",
  async (_, interrupt) => {
    const watcher = createClient(server.url, (await signIn(server, "andrewbrown")).access_token);
    const thief = createClient(server.url, (await signIn(server, "bayko")).access_token);
    const nameOfBayko = async () =>
      (await watcher.users.short.query({ handle: "bayko" })).display_name;
    await thief.users.me.query();
    const before = await nameOfBayko();
    // Another server's changes, whose notices are lost.
    const after = `${before}!`;
    await sql("update users set display_name = $1, sessions_ended_at = now() where uuid = $2", [
      after,
      uuidOf("bayko"),
    ]);
    const resynced = new Promise((resolve) => {
      const connection = watcher.live.events.subscribe(undefined, {
        onData({ data }) {
          if (data.type === "ready") void interrupt();
          if (data.type !== "resync") return;
          connection.unsubscribe();
          resolve(null);
        },
      });
    });
    await resynced;
    expect(await nameOfBayko()).toBe(after);
    expect(await refusalOf(thief.users.me.query())).toEqual({
      status: 401,
      app_code: "unauthenticated",
    });
  },
);
