import {
  INBOX_INDEX,
  INBOX_INDEX_PARTITION_KEY,
  INBOX_INDEX_SORT_KEY,
  MESSAGE_GROUP_INDEX,
  MESSAGE_GROUP_INDEX_PARTITION_KEY,
  MESSAGE_GROUP_INDEX_SORT_KEY,
  PARTITION_KEY,
  SORT_KEY,
  STREAM_VIEW_TYPE,
  TABLE_NAME,
  TTL_ATTRIBUTE,
} from "@cruddur/ddb/table";
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as rds from "aws-cdk-lib/aws-rds";
import * as secrets from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";
import type { DatabaseSecrets } from "../database-variables.ts";
import { DATABASE_NAME } from "../names.ts";

export interface DataStackProps extends StackProps {
  vpc: ec2.IVpc;
  config: DeployConfig;
}

const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });

/** The data that must survive every other stack: the table and the database of people. */
export class DataStack extends Stack {
  readonly table: dynamodb.ITable;
  readonly database: rds.DatabaseInstance;
  readonly databaseSecrets: DatabaseSecrets;
  readonly databaseClients: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, config, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.table =
      config.restoredStreamArn === ""
        ? createTable(this)
        : useRestored(this, config.restoredStreamArn);

    // Only members of this group can reach the database, and the group opens nothing else.
    this.databaseClients = new ec2.SecurityGroup(this, "DatabaseClients", {
      vpc,
      description: "Programs that may connect to Postgres",
      allowAllOutbound: false,
    });
    // Postgres answers its clients and opens no connection itself.
    const databaseServer = new ec2.SecurityGroup(this, "DatabaseServer", {
      vpc,
      description: "Postgres",
      allowAllOutbound: false,
    });
    const engine = rds.DatabaseInstanceEngine.postgres({
      version: rds.PostgresEngineVersion.of("18", "18"),
    });
    this.database = new rds.DatabaseInstance(this, "Database", {
      engine,
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [databaseServer],
      multiAz: true,
      databaseName: DATABASE_NAME,
      // Letters and digits only. The password is in Secrets Manager and never in a template.
      credentials: rds.Credentials.fromGeneratedSecret("cruddur"),
      parameterGroup: new rds.ParameterGroup(this, "DatabaseParameters", {
        engine,
        parameters: { "rds.force_ssl": "1" },
      }),
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      storageType: rds.StorageType.GP3,
      storageEncrypted: true,
      backupRetention: Duration.days(14),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
    });
    this.database.connections.allowDefaultPortFrom(this.databaseClients);
    const { secret } = this.database;
    if (secret === undefined) throw new Error("the database has no secret");
    // `pnpm db schema-load` creates this login: it owns nothing, so a server cannot change the schema.
    const server = new secrets.Secret(this, "ServerDatabaseSecret", {
      description: "The servers' login of Postgres",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: "cruddur_server" }),
        generateStringKey: "password",
        passwordLength: 48,
        excludePunctuation: true,
      },
    });
    this.databaseSecrets = { owner: secret, server };
    new CfnOutput(this, "DatabaseSecretArn", { value: secret.secretArn });
    new CfnOutput(this, "ServerDatabaseSecretArn", { value: server.secretArn });
    new CfnOutput(this, "DatabaseIdentifier", { value: this.database.instanceIdentifier });
  }
}

/** A table that a restore created: the deployment uses it and leaves its own table unchanged. */
function useRestored(scope: Construct, tableStreamArn: string): dynamodb.ITable {
  const [tableArn = ""] = tableStreamArn.split("/stream/");
  const globalIndexes = [MESSAGE_GROUP_INDEX, INBOX_INDEX];
  return dynamodb.Table.fromTableAttributes(scope, "Restored", {
    tableArn,
    tableStreamArn,
    globalIndexes,
  });
}

function createTable(scope: Construct): dynamodb.Table {
  const table = new dynamodb.Table(scope, "Messages", {
    tableName: TABLE_NAME,
    partitionKey: text(PARTITION_KEY),
    sortKey: text(SORT_KEY),
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    stream: dynamodb.StreamViewType[STREAM_VIEW_TYPE],
    timeToLiveAttribute: TTL_ATTRIBUTE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  table.addGlobalSecondaryIndex({
    indexName: MESSAGE_GROUP_INDEX,
    partitionKey: text(MESSAGE_GROUP_INDEX_PARTITION_KEY),
    sortKey: text(MESSAGE_GROUP_INDEX_SORT_KEY),
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  });
  table.addGlobalSecondaryIndex({
    indexName: INBOX_INDEX,
    partitionKey: text(INBOX_INDEX_PARTITION_KEY),
    sortKey: text(INBOX_INDEX_SORT_KEY),
    projectionType: dynamodb.ProjectionType.ALL,
  });
  return table;
}
