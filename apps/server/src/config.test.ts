import { expect, test } from "vitest";
import { configSchema, readConfig } from "./config.ts";

const env = {
  CONNECTION_URL: "postgres://localhost/cruddur",
  AWS_COGNITO_USER_POOL_ID: "us-east-1_Abc123",
  AWS_COGNITO_CLIENT_ID: "client",
};

test("all problems are told in one message", () => {
  const read = () => readConfig({ PORT: "99999", WEB_ORIGIN: "nonsense", LIMIT_SENDS: "many" });
  for (const name of [
    "PORT",
    "WEB_ORIGIN",
    "LIMIT_SENDS",
    "CONNECTION_URL",
    "AWS_COGNITO_USER_POOL_ID",
    "AWS_COGNITO_CLIENT_ID",
  ]) {
    expect(read).toThrow(new RegExp(`^  ${name} `, "m"));
  }
});

test("production needs a cursor secret that servers share", () => {
  expect(() => readConfig({ ...env, NODE_ENV: "production" })).toThrow(/CURSOR_SECRET is required/);
  const CURSOR_SECRET = "x".repeat(32);
  expect(readConfig({ ...env, NODE_ENV: "production", CURSOR_SECRET }).CURSOR_SECRET).toBe(
    CURSOR_SECRET,
  );
});

test("an empty variable is an unset one, and the PG variables stand in for the URL", () => {
  const { CONNECTION_URL: _, ...rest } = env;
  const config = readConfig({ ...rest, PGHOST: "db", PGPASSWORD: "p@ss", PORT: "" });
  expect(config.CONNECTION_URL).toBe("postgres://postgres:p%40ss@db:5432/cruddur");
  expect(config.PORT).toBe(3000);
});

test("every variable is described, for the operator's table", () => {
  const { shape } = configSchema.in.shape === undefined ? { shape: {} } : configSchema.in;
  for (const [name, schema] of Object.entries(shape)) {
    expect((schema as { description?: string }).description, name).toBeTruthy();
  }
});
