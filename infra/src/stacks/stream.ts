import { streamPatterns } from "@cruddur/ddb/roles";
import { STREAM_EVENT_FILTERS } from "@cruddur/ddb/stream-filter";
import { STREAM_RETRY_ATTEMPTS } from "@cruddur/ddb/table";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type DeployConfig, tracingVariables } from "../config.ts";
import { DEAD_LETTER_QUEUE_NAME, STREAM_FUNCTION_NAME } from "../names.ts";
import { createStreamFunction } from "../stream-function.ts";

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
    const { handler, deadLetters, mapping } = createStreamFunction(this, {
      ...{ vpc, table, config },
      functionName: STREAM_FUNCTION_NAME,
      deadLetterQueueName: DEAD_LETTER_QUEUE_NAME,
      description: "The stream Lambda",
      directory: config.lambdaDirectories.stream,
      timeout: Duration.seconds(30),
      environment: tracingVariables(config),
      source: {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        filters: STREAM_EVENT_FILTERS,
        retryAttempts: STREAM_RETRY_ATTEMPTS,
        maxRecordAge: Duration.hours(6),
        maxBatchingWindow: Duration.seconds(1),
      },
      patterns: streamPatterns,
    });
    handler.addEnvironment("DEAD_LETTER_QUEUE_URL", deadLetters.queueUrl);
    this.handler = handler;
    this.deadLetters = deadLetters;
    new CfnOutput(this, "DeadLetterQueueUrl", { value: deadLetters.queueUrl });
    new CfnOutput(this, "EventSourceMapping", { value: mapping.eventSourceMappingId });
  }
}
