import { Aspects, type IAspect, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import * as rds from "aws-cdk-lib/aws-rds";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";

/** The services that use the key for whoever in the account may use their resources. */
const SERVICES = ["dynamodb", "rds", "sns", "sqs"];
const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/**
 * A key of the customer's own, for the table, the database, the dead letters, the logs and the alarms.
 * It is rotated each year, and outlives the stacks: what it encrypted is lost with it.
 */
export class KeyStack extends Stack {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.key = new kms.Key(this, "Key", {
      description: "Encrypts what Cruddur Messages stores",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const viaServices = SERVICES.map((name) => `${name}.${this.region}.amazonaws.com`);
    this.allow([...USE, "kms:DescribeKey", "kms:CreateGrant"], new iam.AnyPrincipal(), {
      StringEquals: { "kms:CallerAccount": this.account, "kms:ViaService": viaServices },
    });
    const ownLogs = `arn:${this.partition}:logs:${this.region}:${this.account}:*`;
    this.allow(
      [...USE, "kms:Describe*"],
      new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`),
      { ArnLike: { "kms:EncryptionContext:aws:logs:arn": ownLogs } },
    );
    // Alarms publish to the topic by themselves.
    this.allow(
      ["kms:Decrypt", "kms:GenerateDataKey*"],
      new iam.ServicePrincipal("cloudwatch.amazonaws.com"),
      { StringEquals: { "aws:SourceAccount": this.account } },
    );
    Aspects.of(scope).add(useKey(this.key));
  }

  private allow(actions: string[], principal: iam.IPrincipal, conditions: object): void {
    // In the policy of a key, `*` is the key itself.
    const statement = { actions, principals: [principal], resources: ["*"], conditions };
    this.key.addToResourcePolicy(new iam.PolicyStatement(statement));
  }
}

/** Makes every store of every stack use the key, so that none can be forgotten. */
function useKey({ keyArn }: kms.IKey): IAspect {
  return {
    visit(node: IConstruct): void {
      if (node instanceof logs.CfnLogGroup) node.kmsKeyId = keyArn;
      else if (node instanceof sns.CfnTopic) node.kmsMasterKeyId = keyArn;
      else if (node instanceof rds.CfnDBInstance) node.kmsKeyId = keyArn;
      else if (node instanceof dynamodb.CfnTable) {
        node.sseSpecification = { sseEnabled: true, sseType: "KMS", kmsMasterKeyId: keyArn };
      } else if (node instanceof sqs.CfnQueue) {
        node.sqsManagedSseEnabled = undefined;
        node.kmsMasterKeyId = keyArn;
      }
    },
  };
}
