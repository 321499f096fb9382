import pg from "pg";
import { withAppErrors } from "./errors.ts";

/** A login of Postgres. */
export interface DatabaseLogin {
  user: string;
  password: string;
}

/**
 * Creates the login that servers use, or gives it a new password, and grants it what they do: read
 * and write rows. It owns nothing, so it can change no table, and drop no trigger of the audit log.
 * Call it as the owner of the schema, after the migrations.
 */
export async function grantServerRole(connectionUrl: string, login: DatabaseLogin): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionUrl,
    connectionTimeoutMillis: 10_000,
    application_name: "cruddur-migrate",
  });
  // The rejected query reports a lost connection; an unhandled "error" event would end the process.
  client.on("error", () => {});
  const role = pg.escapeIdentifier(login.user);
  const password = pg.escapeLiteral(login.password);
  await withAppErrors(async () => {
    try {
      await client.connect();
      const { rowCount } = await client.query("select from pg_roles where rolname = $1", [
        login.user,
      ]);
      await client.query(`
        begin;
        ${rowCount === 0 ? "create" : "alter"} role ${role} login password ${password};
        grant usage on schema public to ${role};
        grant select, insert, update, delete on all tables in schema public to ${role};
        alter default privileges in schema public
          grant select, insert, update, delete on tables to ${role};
        commit;
      `);
    } finally {
      await client.end();
    }
  });
}
