import { type AccessPatterns, actionsOf } from "@cruddur/ddb/access-pattern";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";

/**
 * Allows what access patterns do to the table and its indexes, action by action. CDK's own grants
 * would allow more.
 */
export function tableStatements(table: ITable, patterns: AccessPatterns): PolicyStatement[] {
  return Object.entries(actionsOf(patterns)).map(
    ([resource, actions]) =>
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [resource === "table" ? table.tableArn : `${table.tableArn}/index/${resource}`],
      }),
  );
}
