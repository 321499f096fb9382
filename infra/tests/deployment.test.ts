import { readFile } from "node:fs/promises";
import { parse } from "node:path";
import {
  createTableParams,
  STREAM_BATCH_SIZE,
  STREAM_RETRY_ATTEMPTS,
  TABLE_NAME,
  timeToLiveParams,
} from "@cruddur/ddb/table";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

/** Says where the bundle is written, which the template only names. */
const LAMBDA_BUILD = new URL("../../packages/lambda-stream/build.mjs", import.meta.url).href;

let synthesised: Synthesised;
let templates: Synthesised["templates"];
beforeAll(() => {
  synthesised = synthesise({ domainName: "chat.example.org", alarmEmail: "ops@example.org" });
  ({ templates } = synthesised);
});

describe("the table", () => {
  test("has the definition that schema-load creates elsewhere", () => {
    const [table] = Object.values(templates.data.findResources("AWS::DynamoDB::Table"));
    const params = createTableParams();
    const byName = <Item extends { AttributeName?: string; IndexName?: string }>(
      items: Item[] = [],
    ) =>
      [...items].sort((a, b) =>
        String(a.AttributeName ?? a.IndexName).localeCompare(
          String(b.AttributeName ?? b.IndexName),
        ),
      );
    expect({
      TableName: table?.Properties.TableName,
      BillingMode: table?.Properties.BillingMode,
      KeySchema: table?.Properties.KeySchema,
      AttributeDefinitions: byName(table?.Properties.AttributeDefinitions),
      GlobalSecondaryIndexes: byName(table?.Properties.GlobalSecondaryIndexes),
      StreamSpecification: { StreamEnabled: true, ...table?.Properties.StreamSpecification },
    }).toEqual({
      ...params,
      AttributeDefinitions: byName(params.AttributeDefinitions),
      GlobalSecondaryIndexes: byName(params.GlobalSecondaryIndexes),
    });
    expect(table?.Properties.TimeToLiveSpecification).toEqual(
      timeToLiveParams().TimeToLiveSpecification,
    );
  });

  test("can be restored to any second and is not deleted with its stack", () => {
    templates.data.hasResource("AWS::DynamoDB::Table", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  test("is reached through a gateway endpoint of the VPC", () => {
    templates.network.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      ServiceName: { "Fn::Join": ["", ["com.amazonaws.", { Ref: "AWS::Region" }, ".dynamodb"]] },
    });
  });
});

describe("the stream", () => {
  test("delivers only inserted messages, retries a limited number of times and keeps failed records", () => {
    templates.stream.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      StartingPosition: "TRIM_HORIZON",
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BatchSize: STREAM_BATCH_SIZE,
      MaximumRetryAttempts: STREAM_RETRY_ATTEMPTS,
      MaximumRecordAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              eventName: ["INSERT"],
              dynamodb: { Keys: { pk: { S: [{ prefix: "MSG#" }] } } },
            }),
          },
          {
            Pattern: JSON.stringify({
              eventName: ["MODIFY"],
              dynamodb: {
                Keys: { pk: { S: [{ prefix: "MSG#" }] } },
                NewImage: { change: { S: ["edit", "delete"] } },
              },
            }),
          },
        ],
      },
    });
  });

  test("is processed by the bundled module, on arm64, inside the VPC", async () => {
    const { bundleOptions } = await import(LAMBDA_BUILD);
    const [entry] = bundleOptions.entryPoints as [string];
    expect(await readFile(entry, "utf8")).toMatch(
      /^export (const|async function|function) handler\b/m,
    );
    const handler = `${parse(bundleOptions.outfile).name}.handler`;
    templates.stream.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: "cruddur-messaging-stream",
      Handler: handler,
      Architectures: ["arm64"],
      VpcConfig: Match.objectLike({ SubnetIds: Match.anyValue() }),
      Environment: {
        Variables: { MESSAGES_TABLE: Match.anyValue(), DEAD_LETTER_QUEUE_URL: Match.anyValue() },
      },
    });
    templates.stream.resourceCountIs("AWS::Lambda::Function", 1);
  });
});

describe("the database", () => {
  test("Postgres accepts only TLS, is encrypted, backed up and protected, and the internet cannot reach it", () => {
    templates.data.hasResourceProperties("AWS::RDS::DBParameterGroup", {
      Parameters: { "rds.force_ssl": "1" },
    });
    templates.data.hasResource("AWS::RDS::DBInstance", {
      DeletionPolicy: "Retain",
      Properties: {
        StorageEncrypted: true,
        MultiAZ: true,
        DeletionProtection: true,
        BackupRetentionPeriod: 14,
        PubliclyAccessible: false,
        MasterUserPassword: {
          "Fn::Join": ["", Match.arrayWith([Match.stringLikeRegexp("resolve:secretsmanager")])],
        },
      },
    });
    // Only the group of its clients can connect.
    templates.data.resourceCountIs("AWS::EC2::SecurityGroupIngress", 1);
  });
});

describe("the server", () => {
  test("runs at least two tasks with a health check, and a failing release rolls back", () => {
    templates.api.hasResourceProperties("AWS::ECS::Service", {
      DesiredCount: 2,
      LaunchType: "FARGATE",
      DeploymentConfiguration: Match.objectLike({
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      }),
      NetworkConfiguration: {
        AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: "DISABLED" }),
      },
    });
    templates.api.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", {
      MinCapacity: 2,
    });
    templates.api.hasResourceProperties("AWS::ElasticLoadBalancingV2::TargetGroup", {
      HealthCheckPath: "/healthz",
    });
  });

  test("receives every secret from Secrets Manager and none from a template", () => {
    const [task] = Object.values(templates.api.findResources("AWS::ECS::TaskDefinition"));
    const [container] = task?.Properties.ContainerDefinitions ?? [];
    const names = (entries: { Name: string }[]) => entries.map(({ Name }) => Name);
    expect(names(container.Secrets).sort()).toEqual([
      "AWS_COGNITO_CLIENT_SECRET",
      "CURSOR_SECRET",
      "PGDATABASE",
      "PGHOST",
      "PGPASSWORD",
      "PGPORT",
      "PGUSER",
      "VAPID_PUBLIC_KEY",
    ]);
    expect(names(container.Environment).join()).not.toMatch(/PASSWORD|SECRET|TOKEN/);
    expect(container.Environment).toContainEqual({ Name: "PGSSLMODE", Value: "verify-full" });
    expect(container.ReadonlyRootFilesystem).toBe(true);
    expect(container.StopTimeout).toBeGreaterThan(20);
  });

  test("accepts only TLS, and only from CloudFront", () => {
    templates.api.hasResourceProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", {
      Scheme: "internal",
    });
    const listeners = templates.api.findResources("AWS::ElasticLoadBalancingV2::Listener");
    expect(Object.values(listeners).map((each) => each.Properties.Protocol)).toEqual(["HTTPS"]);
    templates.web.hasResourceProperties("AWS::CloudFront::VpcOrigin", {
      VpcOriginEndpointConfig: Match.objectLike({ OriginProtocolPolicy: "https-only" }),
    });
  });
});

test("the operators' task has a read-only file system, reads its secrets from Secrets Manager, and its output is deleted", () => {
  const [task] = Object.values(templates.operators.findResources("AWS::ECS::TaskDefinition"));
  const [container] = task?.Properties.ContainerDefinitions ?? [];
  expect(container.ReadonlyRootFilesystem).toBe(true);
  expect(container.Secrets.map(({ Name }: { Name: string }) => Name)).toContain("PGPASSWORD");
  const passwordOf = (template: Template) => {
    const [found] = Object.values(template.findResources("AWS::ECS::TaskDefinition"));
    const entries: { Name: string }[] = found?.Properties.ContainerDefinitions[0].Secrets ?? [];
    return JSON.stringify(entries.find(({ Name }) => Name === "PGPASSWORD"));
  };
  // The servers' login owns nothing. Only operators migrate, and let the servers in.
  expect(passwordOf(templates.api)).toContain("ServerDatabaseSecret");
  expect(passwordOf(templates.operators)).not.toContain("ServerDatabaseSecret");
  expect(container.Environment.map(({ Name }: { Name: string }) => Name).sort()).toEqual([
    "AWS_COGNITO_USER_POOL_ID",
    "AWS_REGION",
    "DEAD_LETTER_QUEUE_URL",
    "MESSAGES_TABLE",
    "PGSSLMODE",
    "WEB_ORIGIN",
  ]);
  templates.operators.hasResourceProperties("AWS::Logs::LogGroup", { RetentionInDays: 1 });
  templates.operators.resourceCountIs("AWS::ECS::Service", 0);
});

test("web app and API share one origin, and only hashed files are cached", () => {
  const [distribution] = Object.values(
    templates.web.findResources("AWS::CloudFront::Distribution"),
  );
  const { Aliases, CacheBehaviors, DefaultCacheBehavior, ViewerCertificate } =
    distribution?.Properties.DistributionConfig ?? {};
  expect(Aliases).toEqual(["chat.example.org"]);
  expect(DefaultCacheBehavior).toMatchObject({
    ViewerProtocolPolicy: "redirect-to-https",
    AllowedMethods: expect.arrayContaining(["POST", "DELETE"]),
    // The managed policy "CachingDisabled".
    CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  });
  expect(CacheBehaviors).toMatchObject([{ PathPattern: "/assets/*" }]);
  expect(ViewerCertificate.MinimumProtocolVersion).toBe("TLSv1.2_2021");
});

test("every alarm notifies when it starts and when it recovers, and has a graph on the dashboard", () => {
  const alarms = Object.values(templates.observability.findResources("AWS::CloudWatch::Alarm"));
  expect(alarms.map((alarm) => alarm.Properties.AlarmName).sort()).toEqual([
    "cruddur-api-5xx",
    "cruddur-api-latency-p99",
    "cruddur-api-unhealthy",
    "cruddur-database-cpu",
    "cruddur-database-free-storage",
    "cruddur-dead-letters",
    "cruddur-load-balancer-5xx",
    "cruddur-push-dead-letters",
    "cruddur-stream-errors",
    "cruddur-stream-iterator-age",
    "cruddur-table-throttles",
  ]);
  for (const { Properties } of alarms) {
    expect(Properties.AlarmActions).toHaveLength(1);
    expect(Properties.OKActions).toEqual(Properties.AlarmActions);
  }
  templates.observability.hasResourceProperties("AWS::SNS::Subscription", {
    Protocol: "email",
    Endpoint: "ops@example.org",
  });
  const dashboard = JSON.stringify(
    templates.observability.findResources("AWS::CloudWatch::Dashboard"),
  );
  for (const { Properties } of alarms) {
    expect(dashboard).toContain(String(Properties.AlarmName).replace("cruddur-", ""));
  }
});

test("the templates name no account and no region, and need no Docker", () => {
  const everything = JSON.stringify(Object.values(templates).map((each) => each.toJSON()));
  expect(everything).not.toMatch(/"AWS::CloudFormation::CustomResource"|Custom::/);
  expect(
    everything.replaceAll("arn:aws:acm:us-east-1:111122223333:certificate/example", ""),
  ).not.toMatch(/\b\d{12}\b|us-east-1/);
  expect(JSON.stringify(templates.data.toJSON())).toContain(TABLE_NAME);
});
