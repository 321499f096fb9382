import { streamPatterns } from "@cruddur/ddb/roles";
import { STREAM_EVENT_FILTERS } from "@cruddur/ddb/stream-filter";
import { STREAM_BATCH_SIZE, STREAM_RETRY_ATTEMPTS } from "@cruddur/ddb/table";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type DeployConfig, tracingVariables } from "../config.ts";
import { DEAD_LETTER_QUEUE_NAME, STREAM_FUNCTION_NAME } from "../names.ts";
import { createProgramSecurityGroup } from "../security-groups.ts";
import { networkInterfaceStatement, streamStatements } from "../stream-statements.ts";
import { tableStatements } from "../table-statements.ts";

export interface StreamStackProps extends StackProps {
  vpc: ec2.IVpc;
  table: dynamodb.ITable;
  config: DeployConfig;
}

/** The stream Lambda, which updates memberships from new messages, and its dead-letter queue. */
export class StreamStack extends Stack {
  readonly handler: lambda.Function;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: StreamStackProps) {
    const { vpc, table, config, ...rest } = props;
    super(scope, id, rest);
    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      queueName: DEAD_LETTER_QUEUE_NAME,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const logGroup = new logs.LogGroup(this, "Logs", { retention: logs.RetentionDays.ONE_MONTH });
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    this.handler = new lambda.Function(this, "Handler", {
      functionName: STREAM_FUNCTION_NAME,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: "handler.handler",
      code: lambda.Code.fromAsset(config.lambdaDirectories.stream),
      memorySize: 512,
      timeout: Duration.seconds(30),
      role,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [
        createProgramSecurityGroup(this, "HandlerGroup", {
          vpc,
          config,
          description: "The stream Lambda",
        }),
      ],
      logGroup,
      environment: {
        MESSAGES_TABLE: table.tableName,
        DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl,
        ...tracingVariables(config),
      },
    });
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error("the table has no stream");
    const mapping = new lambda.EventSourceMapping(this, "Stream", {
      target: this.handler,
      eventSourceArn: tableStreamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: STREAM_BATCH_SIZE,
      maxBatchingWindow: Duration.seconds(1),
      filters: STREAM_EVENT_FILTERS.map((filter) => lambda.FilterCriteria.filter(filter)),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: STREAM_RETRY_ATTEMPTS,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(this.deadLetters),
    });
    // Lambda checks the permissions when it creates the mapping, so they must exist before.
    const policy = new iam.Policy(this, "Policy", {
      roles: [role],
      statements: statements({ table, queue: this.deadLetters, logGroup }),
    });
    new CfnOutput(this, "DeadLetterQueueUrl", { value: this.deadLetters.queueUrl });
    new CfnOutput(this, "EventSourceMapping", { value: mapping.eventSourceMappingId });
    mapping.node.addDependency(policy);
    this.handler.node.addDependency(policy);
  }
}

/** Every action is named here, because CDK's grants allow more than the function does. */
function statements(to: {
  table: dynamodb.ITable;
  queue: sqs.IQueue;
  logGroup: logs.ILogGroup;
}): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[]) =>
    new iam.PolicyStatement({ actions, resources });
  return [
    ...streamStatements(to.table),
    ...tableStatements(to.table, streamPatterns),
    allow(["sqs:SendMessage"], [to.queue.queueArn]),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [to.logGroup.logGroupArn]),
    networkInterfaceStatement(),
  ];
}
