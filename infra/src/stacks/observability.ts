import { INBOX_INDEX, MESSAGE_GROUP_INDEX } from "@cruddur/ddb/table";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as rds from "aws-cdk-lib/aws-rds";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";

export interface ObservabilityStackProps extends StackProps {
  config: DeployConfig;
  handler: lambda.IFunction;
  deadLetters: sqs.IQueue;
  /** null where no pushes are sent. */
  push: { deadLetters: sqs.IQueue } | null;
  table: dynamodb.ITable;
  database: rds.IDatabaseInstance;
  loadBalancer: elb.IApplicationLoadBalancer;
  targets: elb.IApplicationTargetGroup;
}

interface Watch {
  /** As in docs/operations/monitor.md, which says what to do. */
  name: string;
  meaning: string;
  metric: cloudwatch.IMetric;
  threshold: number;
  evaluationPeriods?: number;
  below?: true;
}

/** The alarms that need a person, and a dashboard of the same metrics. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: ObservabilityStackProps) {
    super(scope, id, props);
    const topic = new sns.Topic(this, "Alarms", { enforceSSL: true });
    if (config.alarmEmail !== "") topic.addSubscription(new EmailSubscription(config.alarmEmail));
    const watches = listWatches(props);
    const notify = new SnsAction(topic);
    for (const watch of watches) {
      const alarm = new cloudwatch.Alarm(this, watch.name, {
        alarmName: `cruddur-${watch.name}`,
        alarmDescription: watch.meaning,
        metric: watch.metric,
        threshold: watch.threshold,
        evaluationPeriods: watch.evaluationPeriods ?? 1,
        comparisonOperator: watch.below
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(notify);
      // Whoever received the alarm also learns that it is over.
      alarm.addOkAction(notify);
    }
    new cloudwatch.Dashboard(this, "Dashboard", {
      dashboardName: "cruddur-messages",
      widgets: chunk(
        watches.map(
          ({ name, metric }) =>
            new cloudwatch.GraphWidget({ title: name, left: [metric], width: 8, height: 6 }),
        ),
        3,
      ),
    });
  }
}

function listWatches(props: Omit<ObservabilityStackProps, "config">): Watch[] {
  const { handler, deadLetters, push, table, database, loadBalancer, targets } = props;
  const minute = Duration.minutes(1);
  const sum = { statistic: cloudwatch.Stats.SUM, period: minute };
  const maximum = { statistic: cloudwatch.Stats.MAXIMUM, period: minute };
  const { HttpCodeElb, HttpCodeTarget } = elb;
  return [
    {
      name: "stream-iterator-age",
      meaning: "Inboxes are more than a minute behind (ms)",
      metric: handler.metric("IteratorAge", maximum),
      threshold: 60_000,
      evaluationPeriods: 3,
    },
    {
      name: "stream-errors",
      meaning: "The stream Lambda fails repeatedly",
      metric: handler.metricErrors(sum),
      threshold: 5,
      evaluationPeriods: 3,
    },
    {
      name: "dead-letters",
      meaning: "A message is missing from inboxes: see `pnpm ddb replay`",
      metric: deadLetters.metricApproximateNumberOfMessagesVisible(maximum),
      threshold: 1,
    },
    ...(push === null
      ? []
      : [
          {
            name: "push-dead-letters",
            meaning: "People were not told about a message that is in their inbox",
            metric: push.deadLetters.metricApproximateNumberOfMessagesVisible(maximum),
            threshold: 1,
          },
        ]),
    {
      name: "api-5xx",
      meaning: "The server answers with internal errors",
      metric: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
      threshold: 5,
      evaluationPeriods: 2,
    },
    {
      name: "load-balancer-5xx",
      meaning: "No healthy task took a request",
      metric: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
      threshold: 5,
      evaluationPeriods: 2,
    },
    {
      name: "api-latency-p99",
      meaning:
        "One request in a hundred takes a second or more (s); live connections count when they end",
      metric: targets.metrics.targetResponseTime({ statistic: "p99", period: minute }),
      threshold: 1,
      evaluationPeriods: 5,
    },
    {
      name: "api-unhealthy",
      meaning: "A task fails its health check",
      metric: targets.metrics.unhealthyHostCount(maximum),
      threshold: 1,
      evaluationPeriods: 3,
    },
    { ...throttles(table), threshold: 1, evaluationPeriods: 3 },
    {
      name: "database-cpu",
      meaning: "Postgres is busy (percent)",
      metric: database.metricCPUUtilization({ period: minute }),
      threshold: 80,
      evaluationPeriods: 10,
    },
    {
      name: "database-free-storage",
      meaning: "Postgres has less than 2 GB left (bytes)",
      metric: database.metricFreeStorageSpace({ period: minute }),
      threshold: 2_000_000_000,
      evaluationPeriods: 3,
      below: true,
    },
  ];
}

/** Reads and writes that the table or an index refused because one partition is too busy. */
function throttles(table: dynamodb.ITable) {
  const usingMetrics: Record<string, cloudwatch.IMetric> = {};
  const dimensions: Record<string, string>[] = [
    {},
    { GlobalSecondaryIndexName: MESSAGE_GROUP_INDEX },
    { GlobalSecondaryIndexName: INBOX_INDEX },
  ];
  for (const [n, dimension] of dimensions.entries()) {
    for (const kind of ["Read", "Write"]) {
      usingMetrics[`${kind.toLowerCase()}${n}`] = new cloudwatch.Metric({
        namespace: "AWS/DynamoDB",
        metricName: `${kind}ThrottleEvents`,
        dimensionsMap: { TableName: table.tableName, ...dimension },
        statistic: cloudwatch.Stats.SUM,
      });
    }
  }
  return {
    name: "table-throttles",
    meaning: "DynamoDB refuses reads or writes: a partition is too busy",
    metric: new cloudwatch.MathExpression({
      expression: Object.keys(usingMetrics)
        .map((name) => `FILL(${name}, 0)`)
        .join(" + "),
      usingMetrics,
      label: "Throttled requests",
      period: Duration.minutes(1),
    }),
  };
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}
