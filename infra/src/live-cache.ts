import * as ec2 from "aws-cdk-lib/aws-ec2";
import { CfnServerlessCache } from "aws-cdk-lib/aws-elasticache";
import type { Construct } from "constructs";

/** ElastiCache Serverless answers for primaries on the first port and for replicas on the second. */
const PORTS = ec2.Port.tcpRange(6379, 6380);

/**
 * A serverless Valkey that carries the live notices between servers. Nothing is stored in it, so it
 * needs no snapshot. Only the given group reaches it, over TLS.
 * @returns the value of `LIVE_URL`
 */
export function createLiveCache(
  scope: Construct,
  { vpc, clients }: { vpc: ec2.IVpc; clients: ec2.SecurityGroup },
): string {
  const group = new ec2.SecurityGroup(scope, "LiveCacheServer", {
    vpc,
    description: "Valkey for live notices",
    allowAllOutbound: false,
  });
  group.addIngressRule(clients, PORTS, "Tasks of the server");
  clients.addEgressRule(group, PORTS, "Valkey for live notices");
  const cache = new CfnServerlessCache(scope, "LiveCache", {
    serverlessCacheName: "cruddur-live",
    engine: "valkey",
    majorEngineVersion: "8",
    description: "Live notices between servers; holds no data",
    securityGroupIds: [group.securityGroupId],
    subnetIds: vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }).subnetIds,
    // Notices aren't stored, so anything over this is a mistake that shouldn't cost money.
    cacheUsageLimits: { dataStorage: { maximum: 1, unit: "GB" } },
  });
  return `valkeys://${cache.attrEndpointAddress}:${cache.attrEndpointPort}?cluster`;
}
