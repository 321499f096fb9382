import { serverPatterns } from "@cruddur/ddb/roles";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecr from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as secrets from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { type DeployConfig, tracingVariables } from "../config.ts";
import { type DatabaseSecrets, serverDatabaseVariables } from "../database-variables.ts";
import { createLiveCache } from "../live-cache.ts";
import { mailStatements } from "../mail-statements.ts";
import { API_PORT, METRICS_PORT } from "../names.ts";
import { createProgramSecurityGroup } from "../security-groups.ts";
import { tableStatements } from "../table-statements.ts";

export interface ApiStackProps extends StackProps {
  config: DeployConfig;
  vpc: ec2.IVpc;
  table: dynamodb.ITable;
  databaseSecrets: DatabaseSecrets;
  databaseClients: ec2.ISecurityGroup;
  userPool: cognito.IUserPool;
  userPoolClient: cognito.IUserPoolClient;
  userPoolClientSecret: secrets.ISecret;
  repository: ecr.IRepository;
}

/** The server: at least two tasks behind a load balancer that only CloudFront reaches. */
export class ApiStack extends Stack {
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { config, vpc, databaseClients } = props;
    const cluster = new ecs.Cluster(this, "Cluster", {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    const cursorSecret = new secrets.Secret(this, "CursorSecret", {
      description: "Signs list cursors; shared by all servers",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const tasks = createProgramSecurityGroup(this, "Tasks", {
      ...{ vpc, config },
      description: "Tasks of the server",
    });
    const liveUrl =
      config.liveNotices === "valkey" ? createLiveCache(this, { vpc, clients: tasks }) : undefined;
    const taskDefinition = createTask(this, { ...props, cursorSecret, liveUrl });
    this.service = new ecs.FargateService(this, "Service", {
      cluster,
      taskDefinition,
      desiredCount: 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [
        // Not mutable: a rule that this stack adds would make the data stack depend on this one.
        ec2.SecurityGroup.fromSecurityGroupId(
          this,
          "DatabaseClients",
          databaseClients.securityGroupId,
          { mutable: false },
        ),
        tasks,
      ],
      healthCheckGracePeriod: Duration.seconds(60),
    });
    const scaling = this.service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 10 });
    scaling.scaleOnCpuUtilization("Cpu", { targetUtilizationPercent: 60 });

    this.loadBalancer = new elb.ApplicationLoadBalancer(this, "LoadBalancer", {
      vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      dropInvalidHeaderFields: true,
      // A live connection is silent until its next ping, which comes earlier than this.
      idleTimeout: Duration.seconds(120),
    });
    const listener = this.loadBalancer.addListener("Https", {
      port: 443,
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      certificates: [
        acm.Certificate.fromCertificateArn(this, "Certificate", config.originCertificateArn),
      ],
      open: false,
    });
    // CloudFront connects from its own network interfaces inside the VPC.
    listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock));
    this.targets = listener.addTargets("Server", {
      port: API_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.service],
      healthCheck: {
        path: "/healthz",
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
      deregistrationDelay: Duration.seconds(25),
    });
    // What the runbook needs to start new tasks and to rotate the secret.
    for (const [name, value] of Object.entries({
      Cluster: cluster.clusterName,
      Service: this.service.serviceName,
      CursorSecretArn: cursorSecret.secretArn,
    })) {
      new CfnOutput(this, `${name}Output`, { key: name, value });
    }
  }
}

function createTask(
  scope: Construct,
  props: ApiStackProps & { cursorSecret: secrets.ISecret; liveUrl: string | undefined },
): ecs.FargateTaskDefinition {
  const task = new ecs.FargateTaskDefinition(scope, "Task", {
    cpu: 1024,
    memoryLimitMiB: 2048,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
  });
  task.addContainer("server", {
    image: ecs.ContainerImage.fromEcrRepository(props.repository, props.config.imageTag),
    portMappings: [{ containerPort: API_PORT }, { containerPort: METRICS_PORT }],
    readonlyRootFilesystem: true,
    // A little longer than the server takes to finish its requests.
    stopTimeout: Duration.seconds(30),
    logging: ecs.LogDrivers.awsLogs({
      streamPrefix: "server",
      logGroup: new logs.LogGroup(scope, "Logs", { retention: logs.RetentionDays.ONE_MONTH }),
    }),
    environment: {
      NODE_ENV: "production",
      HOST: "0.0.0.0",
      PORT: String(API_PORT),
      METRICS_HOST: "0.0.0.0",
      METRICS_PORT: String(METRICS_PORT),
      WEB_ORIGIN: `https://${props.config.domainName}`,
      // CloudFront and the load balancer each add an address to X-Forwarded-For.
      TRUSTED_PROXIES: "2",
      AWS_REGION: Stack.of(scope).region,
      MESSAGES_TABLE: props.table.tableName,
      AWS_COGNITO_USER_POOL_ID: props.userPool.userPoolId,
      AWS_COGNITO_CLIENT_ID: props.userPoolClient.userPoolClientId,
      PGSSLMODE: "verify-full",
      ...(props.liveUrl !== undefined && { LIVE_URL: props.liveUrl }),
      ...tracingVariables(props.config),
      ...(props.config.mailFrom !== "" && { MAIL_FROM: props.config.mailFrom }),
    },
    secrets: {
      ...serverDatabaseVariables(props.databaseSecrets),
      CURSOR_SECRET: ecs.Secret.fromSecretsManager(props.cursorSecret),
      AWS_COGNITO_CLIENT_SECRET: ecs.Secret.fromSecretsManager(props.userPoolClientSecret),
      ...momento(scope, props.config),
      ...vapid(scope, props.config),
    },
  });
  for (const statement of tableStatements(props.table, serverPatterns))
    task.addToTaskRolePolicy(statement);
  // Actions on one account that no access token has the scope for.
  task.addToTaskRolePolicy(
    new iam.PolicyStatement({
      actions: [
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminSetUserMFAPreference",
        "cognito-idp:AdminUpdateUserAttributes",
        "cognito-idp:AdminUserGlobalSignOut",
      ],
      resources: [props.userPool.userPoolArn],
    }),
  );
  for (const statement of mailStatements(scope, props.config)) task.addToTaskRolePolicy(statement);
  return task;
}

/** The key with which browsers subscribe. The other one signs, which only the push Lambda does. */
function vapid(scope: Construct, { vapidSecretArn }: DeployConfig): Record<string, ecs.Secret> {
  if (vapidSecretArn === "") return {};
  const secret = secrets.Secret.fromSecretCompleteArn(scope, "VapidKeys", vapidSecretArn);
  const name = "VAPID_PUBLIC_KEY";
  return { [name]: ecs.Secret.fromSecretsManager(secret, name) };
}

function momento(scope: Construct, { momentoSecretArn }: DeployConfig): Record<string, ecs.Secret> {
  if (momentoSecretArn === "") return {};
  const secret = secrets.Secret.fromSecretCompleteArn(scope, "MomentoToken", momentoSecretArn);
  return { MOMENTO_AUTH_TOKEN: ecs.Secret.fromSecretsManager(secret) };
}
