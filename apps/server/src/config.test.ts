import { expect, test } from "vitest";
import { ConfigError, configSchema, readConfig } from "./config.ts";

const env = {
  CONNECTION_URL: "postgres://localhost/cruddur",
  AWS_COGNITO_USER_POOL_ID: "us-east-1_Abc123",
  AWS_COGNITO_CLIENT_ID: "client",
};

test("all problems are reported in one line, each with its variable and what it must be", () => {
  const read = () =>
    readConfig({
      PORT: "abc",
      METRICS_PORT: "-1.5",
      WEB_ORIGIN: "nonsense",
      LIMIT_SENDS: "many",
      CACHE_MAX_ITEMS: "0",
      TRUSTED_PROXIES: "11",
      OTEL_TRACES_SAMPLER_ARG: "all",
    });
  const problems = [
    "PORT must be a port, 0 to 65535",
    "METRICS_PORT must be a port, 0 to 65535",
    "WEB_ORIGIN must be an http(s) URL",
    "TRUSTED_PROXIES must be a whole number, 0 to 10",
    "CONNECTION_URL is required (or PGHOST, PGUSER, PGPASSWORD, PGDATABASE)",
    "AWS_COGNITO_USER_POOL_ID is required",
    "AWS_COGNITO_CLIENT_ID is required",
    "CACHE_MAX_ITEMS must be a whole number, 1 or more",
    "LIMIT_SENDS must look like 60/10 (times/seconds)",
    "OTEL_TRACES_SAMPLER_ARG must be a number, 0 to 1",
  ];
  expect(read).toThrow(new ConfigError(`bad configuration: ${problems.join("; ")}`));
});

test("production requires a cursor secret, which all servers share", () => {
  expect(() => readConfig({ ...env, NODE_ENV: "production" })).toThrow(/CURSOR_SECRET is required/);
  const CURSOR_SECRET = "x".repeat(32);
  expect(readConfig({ ...env, NODE_ENV: "production", CURSOR_SECRET }).CURSOR_SECRET).toBe(
    CURSOR_SECRET,
  );
});

test("an empty variable counts as unset, and the PG variables may replace the URL", () => {
  const { CONNECTION_URL: _, ...rest } = env;
  const config = readConfig({ ...rest, PGHOST: "db", PGPASSWORD: "p@ss", PORT: "" });
  expect(config.CONNECTION_URL).toBe("postgres://postgres:p%40ss@db:5432/cruddur");
  expect(config.PORT).toBe(3000);
});

test("every variable has a description, which the documentation shows", () => {
  const { shape } = configSchema.in.shape === undefined ? { shape: {} } : configSchema.in;
  for (const [name, schema] of Object.entries(shape)) {
    expect((schema as { description?: string }).description, name).toBeTruthy();
  }
});
