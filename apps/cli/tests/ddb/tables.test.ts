import { describe, expect, it } from "vitest";
import { useCommands } from "./support.ts";

const { ddb, table } = useCommands();

describe("tables", () => {
  it("schema-load creates the table once, list-tables shows it, drop deletes it", async () => {
    const env = { MESSAGES_TABLE: "another-table" };
    const created = await ddb(["schema-load"], env);
    const key = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: "HASH" },
      { AttributeName: range, KeyType: "RANGE" },
    ];
    const description = JSON.parse(created.stdout);
    expect(description).toMatchObject({
      TableName: "another-table",
      KeySchema: key("pk", "sk"),
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    });
    const indexes: { IndexName: string; KeySchema: object[] }[] =
      description.GlobalSecondaryIndexes;
    expect(Object.fromEntries(indexes.map((each) => [each.IndexName, each.KeySchema]))).toEqual({
      "message-group-sk-index": key("message_group_uuid", "sk"),
      "inbox-index": key("inbox_pk", "last_message_at"),
    });
    expect(await ddb(["schema-load"], env)).toMatchObject({ exitCode: 0 });
    expect((await ddb(["list-tables"])).stdout).toContain("another-table");
    expect(await ddb(["drop", "another-table"])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await ddb(["list-tables", "--json"])).stdout)).toEqual([table.tableName]);
    expect(await ddb(["drop", "another-table"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: there is no table another-table/),
    });
  });

  it("drop without a name prints its usage and exits 1", async () => {
    const { exitCode, stderr } = await ddb(["drop"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Usage: pnpm ddb drop");
  });

  it("drop in production asks first, and refuses without a terminal", async () => {
    const { exitCode, stderr } = await ddb(["drop", "cruddur-messages", "--prod"], {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: "",
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--yes");
  });

  it.each([
    ["AWS_ENDPOINT_URL", () => table.endpoint],
    ["AWS_ENDPOINT_URL_DYNAMODB", () => table.endpoint],
    ["AWS_ENDPOINT_URL", () => table.endpoint.replace(/127\.0\.0\.1|localhost/, "0.0.0.0")],
    ["AWS_ENDPOINT_URL", () => "http://dynamodb:8000"],
    ["AWS_ENDPOINT_URL", () => "https://amazonaws.com.example.com"],
    ["AWS_ENDPOINT_URL", () => "http://dynamodb.eu-west-1.amazonaws.com"],
  ])(
    "--prod never means another engine that the environment still names: %s %#",
    async (name, endpoint) => {
      const dropped = await ddb(["drop", table.tableName, "--prod", "--yes"], {
        AWS_REGION: "eu-west-1",
        AWS_ENDPOINT_URL: "",
        [name]: endpoint(),
      });
      expect(dropped).toMatchObject({
        exitCode: 1,
        stderr: `error: --prod uses AWS, but ${name} names an endpoint elsewhere: unset it\n`,
      });
      expect((await ddb(["list-tables"])).stdout).toContain(table.tableName);
    },
  );

  it("--prod accepts an endpoint of AWS", async () => {
    const { stderr } = await ddb(["drop", table.tableName, "--prod"], {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: "https://dynamodb.eu-west-1.amazonaws.com",
    });
    expect(stderr).toContain("--yes");
  });

  it("a missing table, stack or region is one line that says what to do", async () => {
    const scan = await ddb(["scan"], { MESSAGES_TABLE: "nowhere" });
    expect(scan).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("schema-load") });
    const stack = await ddb(["scan"], { AWS_ENDPOINT_URL: "" });
    expect(stack).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("pnpm start") });
    const prod = await ddb(["scan", "--prod"], { AWS_ENDPOINT_URL: "" });
    expect(prod).toMatchObject({ exitCode: 1, stderr: "error: --prod needs AWS_REGION\n" });
    const down = await ddb(["scan"], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    expect(down).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("can't reach DynamoDB"),
    });
  });
});
