import type { Permission, PermissionResource } from "@cruddur/cli/permissions";
import { INBOX_INDEX, MESSAGE_GROUP_INDEX } from "@cruddur/ddb/table";
import type { IUserPool } from "aws-cdk-lib/aws-cognito";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";

/**
 * Allows what the operators' commands declare: one statement for each kind of resource, except for
 * mails, which `mailStatements` allows.
 */
export function operatorStatements(
  declared: readonly Permission[],
  to: { table: ITable; deadLetters: IQueue; userPool: IUserPool },
): PolicyStatement[] {
  const { tableArn, tableStreamArn } = to.table;
  if (tableStreamArn === undefined) throw new Error("the table has no stream");
  const arns: Record<Exclude<PermissionResource, "mail-sender">, string> = {
    table: tableArn,
    [INBOX_INDEX]: `${tableArn}/index/${INBOX_INDEX}`,
    [MESSAGE_GROUP_INDEX]: `${tableArn}/index/${MESSAGE_GROUP_INDEX}`,
    stream: tableStreamArn,
    "dead-letter-queue": to.deadLetters.queueArn,
    "user-pool": to.userPool.userPoolArn,
    // Only ListTables, for which AWS has no narrower resource.
    any: "*",
  };
  const actionsByArn = new Map<string, Set<string>>();
  for (const { action, on } of declared) {
    if (on === "mail-sender") continue;
    const actions = actionsByArn.get(arns[on]) ?? new Set();
    actionsByArn.set(arns[on], actions.add(action));
  }
  return [...actionsByArn].map(
    ([arn, actions]) => new PolicyStatement({ actions: [...actions].sort(), resources: [arn] }),
  );
}
