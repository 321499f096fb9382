import { ArnFormat, type Stack } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** Allows a function to read the table's stream through an event source. */
export function streamStatements({ tableArn, tableStreamArn }: ITable): PolicyStatement[] {
  if (tableStreamArn === undefined) throw new Error("the table has no stream");
  return [
    new PolicyStatement({
      actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      resources: [tableStreamArn],
    }),
    new PolicyStatement({
      actions: ["dynamodb:ListStreams"],
      resources: [`${tableArn}/stream/*`],
    }),
  ];
}

/** What Lambda does for a function in a VPC, with the function's role. */
const CHANGE_INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];
/** AWS has no narrower resource than `*` for these. They show network settings, and change nothing. */
const SHOW_INTERFACES = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

/**
 * Allows Lambda to create and delete the network interfaces of a function in a VPC, whose ids nobody knows
 * before, and denies the same to the code of the function.
 */
export function networkInterfaceStatements(scope: Stack, functionName: string): PolicyStatement[] {
  const ofAccount = scope.formatArn({ service: "ec2", resource: "*", resourceName: "*" });
  const functionArn = scope.formatArn({
    ...{ service: "lambda", resource: "function", resourceName: functionName },
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ actions: CHANGE_INTERFACES, resources: [ofAccount] }),
    new PolicyStatement({ actions: SHOW_INTERFACES, resources: ["*"] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...CHANGE_INTERFACES, ...SHOW_INTERFACES],
      resources: ["*"],
      // Set for calls of the function's own code alone.
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    }),
  ];
}
