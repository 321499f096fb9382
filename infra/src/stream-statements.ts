import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";

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

/** A function in a VPC creates network interfaces. These actions have no narrower resource. */
export function networkInterfaceStatement(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ],
    resources: ["*"],
  });
}
