import { pushPatterns } from "@cruddur/ddb/roles";
import { PUSH_EVENT_FILTER } from "@cruddur/ddb/stream-filter";
import { PUSH_RETRY_ATTEMPTS } from "@cruddur/ddb/table";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";
import type { DatabaseSecrets } from "../database-variables.ts";
import { PUSH_FUNCTION_NAME } from "../names.ts";
import { allow, createStreamFunction } from "../stream-function.ts";

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
    const { owner, server } = databaseSecrets;
    const secrets = [owner.secretArn, server.secretArn, config.vapidSecretArn];
    const { handler, deadLetters } = createStreamFunction(this, {
      ...{ vpc, table, config },
      functionName: PUSH_FUNCTION_NAME,
      description: "The push Lambda",
      directory: config.lambdaDirectories.push,
      timeout: Duration.seconds(60),
      securityGroups: [databaseClients],
      environment: {
        DATABASE_SECRET_ARN: owner.secretArn,
        DATABASE_LOGIN_SECRET_ARN: server.secretArn,
        VAPID_SECRET_ARN: config.vapidSecretArn,
        VAPID_SUBJECT: `https://${config.domainName}`,
        // The certificate authorities of Amazon RDS, which the runtime does not load by itself.
        NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
      },
      source: {
        // What was sent before pushes were turned on is no news.
        startingPosition: lambda.StartingPosition.LATEST,
        filters: [PUSH_EVENT_FILTER],
        retryAttempts: PUSH_RETRY_ATTEMPTS,
        maxRecordAge: Duration.hours(1),
      },
      patterns: pushPatterns,
      statements: [allow(["secretsmanager:GetSecretValue"], secrets)],
    });
    this.handler = handler;
    this.deadLetters = deadLetters;
  }
}
