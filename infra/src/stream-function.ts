import type { AccessPatterns } from "@cruddur/ddb/access-pattern";
import { STREAM_BATCH_SIZE } from "@cruddur/ddb/table";
import { Duration, type Stack } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { DeployConfig } from "./config.ts";
import { createProgramSecurityGroup } from "./security-groups.ts";
import { networkInterfaceStatements, streamStatements } from "./stream-statements.ts";
import { tableStatements } from "./table-statements.ts";

export interface StreamFunctionOptions {
  vpc: ec2.IVpc;
  table: dynamodb.ITable;
  config: DeployConfig;
  functionName: string;
  description: string;
  /** The directory with the function's bundle. */
  directory: string;
  timeout: Duration;
  /** Its own name, where an operator has to know the queue; otherwise CloudFormation names it. */
  deadLetterQueueName?: string;
  securityGroups?: ec2.ISecurityGroup[];
  environment: Record<string, string>;
  /** Where and how it reads the stream. */
  source: {
    startingPosition: lambda.StartingPosition;
    filters: readonly Record<string, unknown>[];
    retryAttempts: number;
    maxRecordAge: Duration;
    maxBatchingWindow?: Duration;
  };
  /** The access patterns that it uses; its role allows their actions and no others. */
  patterns: AccessPatterns;
  statements?: iam.PolicyStatement[];
}

export const allow = (actions: string[], resources: string[]) =>
  new iam.PolicyStatement({ actions, resources });

/**
 * A Lambda function on the table's stream, with the queue of the batches that it fails to process.
 * Every action of its role is named, because CDK's grants allow more than the function does.
 */
export function createStreamFunction(stack: Stack, options: StreamFunctionOptions) {
  const { vpc, table, config, description, source } = options;
  const deadLetters = new sqs.Queue(stack, "DeadLetters", {
    ...(options.deadLetterQueueName && { queueName: options.deadLetterQueueName }),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const logGroup = new logs.LogGroup(stack, "Logs", { retention: logs.RetentionDays.ONE_MONTH });
  const role = new iam.Role(stack, "Role", {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
  });
  const ownGroup = createProgramSecurityGroup(stack, "HandlerGroup", { vpc, config, description });
  const handler = new lambda.Function(stack, "Handler", {
    functionName: options.functionName,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: "handler.handler",
    code: lambda.Code.fromAsset(options.directory),
    memorySize: 512,
    timeout: options.timeout,
    role,
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [ownGroup, ...(options.securityGroups ?? [])],
    logGroup,
    environment: { MESSAGES_TABLE: table.tableName, ...options.environment },
  });
  const { tableStreamArn } = table;
  if (tableStreamArn === undefined) throw new Error("the table has no stream");
  const { filters, ...reading } = source;
  const mapping = new lambda.EventSourceMapping(stack, "Stream", {
    target: handler,
    eventSourceArn: tableStreamArn,
    batchSize: STREAM_BATCH_SIZE,
    filters: filters.map((filter) => lambda.FilterCriteria.filter(filter)),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(deadLetters),
    ...reading,
  });
  // Lambda checks the permissions when it creates the mapping, so they must exist before.
  const policy = new iam.Policy(stack, "Policy", {
    roles: [role],
    statements: [
      ...streamStatements(table),
      ...tableStatements(table, options.patterns),
      allow(["sqs:SendMessage"], [deadLetters.queueArn]),
      ...(options.statements ?? []),
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]),
      ...networkInterfaceStatements(stack, options.functionName),
    ],
  });
  mapping.node.addDependency(policy);
  handler.node.addDependency(policy);
  return { handler, deadLetters, mapping };
}
