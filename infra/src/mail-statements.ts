import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { DeployConfig } from "./config.ts";

/**
 * Allows mails from one address, by the verified domain of that address. There is no statement where
 * no mail is sent.
 */
export function mailStatements(scope: Construct, { mailFrom }: DeployConfig): PolicyStatement[] {
  if (mailFrom === "") return [];
  const resourceName = mailFrom.slice(mailFrom.lastIndexOf("@") + 1);
  const identity = { service: "ses", resource: "identity", resourceName };
  return [
    new PolicyStatement({
      actions: ["ses:SendEmail"],
      resources: [Stack.of(scope).formatArn(identity)],
      conditions: { StringEquals: { "ses:FromAddress": mailFrom } },
    }),
  ];
}
