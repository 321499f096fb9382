import { pushPatterns } from "@cruddur/ddb/roles";
import { PUSH_EVENT_FILTER } from "@cruddur/ddb/stream-filter";
import { PUSH_RETRY_ATTEMPTS, STREAM_BATCH_SIZE } from "@cruddur/ddb/table";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";
import type { DatabaseSecrets } from "../database-variables.ts";
import { PUSH_FUNCTION_NAME } from "../names.ts";
import { createProgramSecurityGroup } from "../security-groups.ts";
import { networkInterfaceStatement, streamStatements } from "../stream-statements.ts";
import { tableStatements } from "../table-statements.ts";

export interface PushStackProps extends StackProps {
  vpc: ec2.IVpc;
  table: dynamodb.ITable;
  config: DeployConfig;
  databaseSecrets: DatabaseSecrets;
  databaseClients: ec2.ISecurityGroup;
}

/**
 * The push Lambda, which tells browsers about new messages. It reads the same stream as the stream
 * Lambda through an event source of its own, so neither waits for the other.
 */
export class PushStack extends Stack {
  readonly handler: lambda.Function;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: PushStackProps) {
    const { vpc, table, config, databaseSecrets, databaseClients, ...rest } = props;
    super(scope, id, rest);
    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const logGroup = new logs.LogGroup(this, "Logs", { retention: logs.RetentionDays.ONE_MONTH });
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    const { owner, server } = databaseSecrets;
    const ownGroup = { vpc, config, description: "The push Lambda" };
    this.handler = new lambda.Function(this, "Handler", {
      functionName: PUSH_FUNCTION_NAME,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: "handler.handler",
      code: lambda.Code.fromAsset(config.lambdaDirectories.push),
      memorySize: 512,
      timeout: Duration.seconds(60),
      role,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [createProgramSecurityGroup(this, "HandlerGroup", ownGroup), databaseClients],
      logGroup,
      environment: {
        MESSAGES_TABLE: table.tableName,
        DATABASE_SECRET_ARN: owner.secretArn,
        DATABASE_LOGIN_SECRET_ARN: server.secretArn,
        VAPID_SECRET_ARN: config.vapidSecretArn,
        VAPID_SUBJECT: `https://${config.domainName}`,
        // The certificate authorities of Amazon RDS, which the runtime does not load by itself.
        NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      },
    });
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error("the table has no stream");
    const mapping = new lambda.EventSourceMapping(this, "Stream", {
      target: this.handler,
      eventSourceArn: tableStreamArn,
      // What was sent before pushes were turned on is no news.
      startingPosition: lambda.StartingPosition.LATEST,
      batchSize: STREAM_BATCH_SIZE,
      filters: [lambda.FilterCriteria.filter(PUSH_EVENT_FILTER)],
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: PUSH_RETRY_ATTEMPTS,
      maxRecordAge: Duration.hours(1),
      onFailure: new SqsDlq(this.deadLetters),
    });
    const secrets = [owner.secretArn, server.secretArn, config.vapidSecretArn];
    // Lambda checks the permissions when it creates the mapping, so they must exist before.
    const policy = new iam.Policy(this, "Policy", {
      roles: [role],
      statements: [
        ...streamStatements(table),
        ...tableStatements(table, pushPatterns),
        allow(["sqs:SendMessage"], [this.deadLetters.queueArn]),
        allow(["secretsmanager:GetSecretValue"], secrets),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]),
        networkInterfaceStatement(),
      ],
    });
    mapping.node.addDependency(policy);
    this.handler.node.addDependency(policy);
  }
}

const allow = (actions: string[], resources: string[]) =>
  new iam.PolicyStatement({ actions, resources });
