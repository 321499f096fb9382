import { expect, test, vi } from "vitest";
import { readConfig, readCredentials } from "./config.ts";
import { defaultProvider } from "./env-credentials.ts";

const env = { AWS_REGION: "eu-west-1", DEAD_LETTER_QUEUE_URL: "https://sqs.example.com/q" };

test("the table and the service have the deployment's names where nothing else is set", () => {
  expect(readConfig(env)).toEqual({
    ...env,
    MESSAGES_TABLE: "cruddur-messages",
    OTEL_SERVICE_NAME: "cruddur-messaging-stream",
  });
});

test("one error names every variable that is wrong", () => {
  const read = () => readConfig({ AWS_REGION: "", DEAD_LETTER_QUEUE_URL: "x" });
  expect(read).toThrow(/^bad configuration: AWS_REGION: [^;]+; DEAD_LETTER_QUEUE_URL: [^;]+$/);
});

test("the role's credentials have a session token where Lambda gives one", () => {
  const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key" };
  const credentials = { accessKeyId: "id", secretAccessKey: "key" };
  expect(readCredentials(keys)).toEqual(credentials);
  expect(readCredentials({ ...keys, AWS_SESSION_TOKEN: "token" })).toEqual({
    ...credentials,
    sessionToken: "token",
  });
  for (const name of Object.keys(keys)) {
    expect(() => readCredentials({ ...keys, [name]: "" })).toThrow("no AWS credentials");
  }
});

test("the SDK's provider of credentials reads the environment, and nothing else", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "key");
  vi.stubEnv("AWS_SESSION_TOKEN", "token");
  expect(await defaultProvider()()).toEqual({
    ...{ accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" },
  });
});
