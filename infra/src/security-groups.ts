import * as ec2 from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { DeployConfig } from "./config.ts";

/**
 * A security group for a program: it may call AWS and other services over HTTPS, and the traces'
 * collector inside the VPC if there is one. Everything else is closed.
 *
 * DynamoDB and SQS have no fixed addresses: a narrower rule would need a prefix list, whose id
 * differs between regions and is unknown when the templates are made.
 */
export function createProgramSecurityGroup(
  scope: Construct,
  id: string,
  options: { vpc: ec2.IVpc; config: DeployConfig; description: string },
): ec2.SecurityGroup {
  const { vpc, config, description } = options;
  const group = new ec2.SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, "AWS and other services over HTTPS");
  if (config.otlpEndpoint !== "") {
    const port = ec2.Port.tcp(portOf(config.otlpEndpoint));
    group.addEgressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), port, "Collector of traces in the VPC");
  }
  return group;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
