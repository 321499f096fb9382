import { operatorPermissions } from "@cruddur/cli/operator-permissions";
import { CfnOutput, Duration, Fn, Stack, type StackProps } from "aws-cdk-lib";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecr from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";
import { type DatabaseSecrets, operatorDatabaseVariables } from "../database-variables.ts";
import { mailStatements } from "../mail-statements.ts";
import { operatorStatements } from "../operator-statements.ts";
import { createProgramSecurityGroup } from "../security-groups.ts";

export interface OperatorsStackProps extends StackProps {
  config: DeployConfig;
  vpc: ec2.IVpc;
  table: dynamodb.ITable;
  deadLetters: sqs.IQueue;
  databaseSecrets: DatabaseSecrets;
  databaseClients: ec2.ISecurityGroup;
  userPool: cognito.IUserPool;
  repository: ecr.IRepository;
}

const CONTAINER = "operator";
const ERASE_DUE = ["node", "apps/cli/dist/bin/db.mjs", "erase", "--due", "--yes", "--prod"];

/**
 * The task in which operators run their commands: the server's image, under a role of its own that
 * allows what the commands declare. Operators run it (docs/operations/commands.md), and a schedule that
 * erases the accounts whose time has come.
 */
export class OperatorsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperatorsStackProps) {
    super(scope, id, props);
    const { config, vpc, databaseClients } = props;
    const cluster = new ecs.Cluster(this, "Cluster", { vpc });
    const logGroup = new logs.LogGroup(this, "Logs", {
      // A command's result can contain message text, so it is not kept longer than somebody reads it.
      retention: logs.RetentionDays.ONE_DAY,
    });
    const task = createTask(this, props, logGroup);
    const group = createProgramSecurityGroup(this, "Tasks", {
      vpc,
      config,
      description: "Tasks of operators",
    });
    const dueErasures = new targets.EcsTask({
      ...{ cluster, taskDefinition: task },
      subnetSelection: { subnets: vpc.privateSubnets },
      securityGroups: [group, databaseClients],
      containerOverrides: [{ containerName: CONTAINER, command: ERASE_DUE }],
    });
    // A run that fails is made up for by the next one: every step of an erasure can be repeated.
    new events.Rule(this, "EraseDue", {
      description: "Erases the accounts whose 7 days are over",
      schedule: events.Schedule.rate(Duration.hours(6)),
      targets: [dueErasures],
    });
    for (const [name, value] of Object.entries({
      Cluster: cluster.clusterName,
      TaskDefinition: task.taskDefinitionArn,
      Subnets: Fn.join(
        ",",
        vpc.privateSubnets.map(({ subnetId }) => subnetId),
      ),
      SecurityGroups: Fn.join(",", [group.securityGroupId, databaseClients.securityGroupId]),
      LogGroup: logGroup.logGroupName,
    })) {
      new CfnOutput(this, `${name}Output`, { key: name, value });
    }
  }
}

function createTask(
  scope: Construct,
  props: OperatorsStackProps,
  logGroup: logs.ILogGroup,
): ecs.FargateTaskDefinition {
  const { config, table, deadLetters, userPool, repository } = props;
  const task = new ecs.FargateTaskDefinition(scope, "Task", {
    cpu: 512,
    memoryLimitMiB: 1024,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  });
  task.addContainer(CONTAINER, {
    image: ecs.ContainerImage.fromEcrRepository(repository, config.imageTag),
    // Every run names its command; without one the task says so and ends.
    command: ["node", "apps/cli/dist/bin/ddb.mjs"],
    readonlyRootFilesystem: true,
    logging: ecs.LogDrivers.awsLogs({ streamPrefix: "operator", logGroup }),
    environment: {
      AWS_REGION: Stack.of(scope).region,
      MESSAGES_TABLE: table.tableName,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      AWS_COGNITO_USER_POOL_ID: userPool.userPoolId,
      WEB_ORIGIN: `https://${config.domainName}`,
      PGSSLMODE: "verify-full",
      ...(config.mailFrom !== "" && { MAIL_FROM: config.mailFrom }),
    },
    secrets: operatorDatabaseVariables(props.databaseSecrets),
  });
  const declared = [...operatorPermissions().values()].flat();
  const statements = [
    ...operatorStatements(declared, { table, deadLetters, userPool }),
    ...mailStatements(scope, config),
  ];
  for (const statement of statements) task.addToTaskRolePolicy(statement);
  return task;
}
