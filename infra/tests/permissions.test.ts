import { beforeAll, expect, test } from "vitest";
import {
  allowedOf,
  allowedStatements,
  type Statement,
  type Synthesised,
  synthesise,
} from "./support.ts";

let synthesised: Synthesised;
beforeAll(() => {
  synthesised = synthesise();
});

/** Every statement of any stack that allows something. */
function allowed(): { stack: string; statement: Statement }[] {
  return Object.entries(synthesised.templates).flatMap(([stack, template]) =>
    allowedStatements(template).map((statement) => ({ stack, statement })),
  );
}

const actionsOf = ({ Action }: Statement) => [Action].flat();

/** Actions for which AWS has no narrower resource. A new one needs its reason here. */
const WITHOUT_RESOURCE = new Set([
  // Shows operators the names of all tables, and nothing in them.
  "dynamodb:ListTables",
  // Logs in to the registry, and gives no right on an image.
  "ecr:GetAuthorizationToken",
  // Show the network settings of the account to a function in a VPC, and change nothing.
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
]);

test("no policy allows actions by a pattern", () => {
  const statements = allowed();
  expect(statements.length).toBeGreaterThan(10);
  for (const { stack, statement } of statements) {
    for (const action of actionsOf(statement)) expect(`${stack}: ${action}`).not.toContain("*");
  }
});

test("every statement names its resource, except for actions that have none", () => {
  for (const { stack, statement } of allowed()) {
    if (![statement.Resource].flat().includes("*")) continue;
    for (const action of actionsOf(statement)) {
      expect(WITHOUT_RESOURCE, `${stack}: ${action} on *`).toContain(action);
    }
  }
});

test("only resources that have no name before they exist are named by a pattern: the table's streams, network interfaces, and tasks that a schedule starts", () => {
  const patterns = allowed().filter(({ statement }) =>
    [statement.Resource]
      .flat()
      .some((resource) => resource !== "*" && JSON.stringify(resource ?? "").includes("*")),
  );
  const actions = patterns.flatMap(({ statement }) => statement.Action);
  expect([...new Set(actions)]).toEqual([
    "dynamodb:ListStreams",
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
    // The tasks that the schedule starts have no names before they run.
    "ecs:TagResource",
  ]);
});

test.each([
  ["stream", "cruddur-messaging-stream"],
  ["push", "cruddur-messaging-push"],
] as const)(
  "the code of the %s Lambda may not use the network permissions of its role",
  (stack, name) => {
    const policies = Object.values(synthesised.templates[stack].findResources("AWS::IAM::Policy"));
    const denied = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Effect }) => Effect === "Deny");
    expect(denied.flatMap(actionsOf).sort()).toEqual([
      ...[
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
      ],
      ...["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"],
    ]);
    expect(JSON.stringify(denied)).toContain(`:function:${name}`);
  },
);

test("no role has a managed policy, and only AWS services can assume a role", () => {
  for (const template of Object.values(synthesised.templates)) {
    for (const role of Object.values(template.findResources("AWS::IAM::Role"))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
      for (const statement of role.Properties.AssumeRolePolicyDocument.Statement) {
        expect(Object.keys(statement.Principal)).toEqual(["Service"]);
      }
    }
  }
});

/** The actions on DynamoDB that a stack allows, by what they are done to: its name's last part. */
function dynamoDbActions(stack: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const each of allowed().filter((one) => one.stack === stack)) {
    for (const action of actionsOf(each.statement)) {
      if (!action.startsWith("dynamodb:")) continue;
      for (const resource of [each.statement.Resource].flat()) {
        const [, suffix = "table"] = /"\/(?:index\/)?([^"]+)"/.exec(JSON.stringify(resource)) ?? [];
        const name = JSON.stringify(resource).includes("StreamArn") ? "stream" : suffix;
        found[name] = [...(found[name] ?? []), action.replace("dynamodb:", "")].sort();
      }
    }
  }
  return found;
}

test("the server may do to the table what its access patterns do, and nothing else", () => {
  expect(dynamoDbActions("api")).toEqual({
    table: [
      ...["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem"],
      ...["PutItem", "Query", "UpdateItem"],
    ],
    "inbox-index": ["Query"],
    "message-group-sk-index": ["Query"],
  });
});

test("the stream Lambda may read the stream and do what its access patterns do, and nothing else", () => {
  expect(dynamoDbActions("stream")).toEqual({
    stream: ["DescribeStream", "GetRecords", "GetShardIterator"],
    "stream/*": ["ListStreams"],
    // GetItem reads a membership before an edited or deleted message changes it.
    table: ["GetItem", "Query", "UpdateItem"],
    "message-group-sk-index": ["Query"],
  });
});

test("the push Lambda may read the stream and the table, and change nothing", () => {
  expect(dynamoDbActions("push")).toEqual({
    stream: ["DescribeStream", "GetRecords", "GetShardIterator"],
    "stream/*": ["ListStreams"],
    table: ["BatchGetItem", "Query"],
    "message-group-sk-index": ["Query"],
  });
});

test("the server may read and change one account of the pool and end its sessions, operators may list and delete accounts and turn a second factor off, and nothing else", () => {
  const inPool = allowed().filter(({ statement }) =>
    actionsOf(statement).some((action) => action.startsWith("cognito-idp:")),
  );
  expect(inPool.map(({ stack, statement }) => [stack, ...actionsOf(statement)])).toEqual([
    [
      "api",
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminSetUserMFAPreference",
      "cognito-idp:AdminUpdateUserAttributes",
      "cognito-idp:AdminUserGlobalSignOut",
    ],
    [
      "operators",
      "cognito-idp:AdminDeleteUser",
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminSetUserMFAPreference",
      "cognito-idp:ListUsers",
    ],
  ]);
});

test("the server and the operators may send mails from one address, and without one no mails", () => {
  const mailing = ({ templates }: Synthesised, stack: "api" | "operators") =>
    allowedStatements(templates[stack]).filter(({ Action }) => Action === "ses:SendEmail");
  const withMail = synthesise({ mailFrom: "cruddur@mail.example.org" });
  for (const stack of ["api", "operators"] as const) {
    expect(mailing(synthesised, stack)).toEqual([]);
    expect(mailing(withMail, stack)).toEqual([
      expect.objectContaining({
        Condition: { StringEquals: { "ses:FromAddress": "cruddur@mail.example.org" } },
      }),
    ]);
    expect(JSON.stringify(mailing(withMail, stack))).toContain(":identity/mail.example.org");
    expect(JSON.stringify(withMail.templates[stack].toJSON())).toContain('"MAIL_FROM"');
  }
});

test("the server's task may call the table and the user pool, whose actions are listed above, and nothing else", () => {
  const services = allowedOf(synthesised, "api").map((each) => each.split(":")[0]);
  expect([...new Set(services)].sort()).toEqual(["cognito-idp", "dynamodb"]);
});

test("no other stack's roles touch the table", () => {
  const programs = ["stream", "push", "api", "operators"];
  const others = allowed().filter(({ stack }) => !programs.includes(stack));
  expect(others.flatMap(({ statement }) => actionsOf(statement)).join()).not.toContain("dynamodb:");
});
