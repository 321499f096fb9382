import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

interface Egress {
  IpProtocol: string;
  FromPort?: unknown;
  CidrIp?: unknown;
  DestinationSecurityGroupId?: unknown;
}

/** What CDK writes for "no egress": an address that does not exist. */
const NOTHING = "255.255.255.255/32";

/** Every egress rule of a template, once, as `protocol/port to address`. */
function egressOf(template: Template): string[] {
  const groups = Object.values(template.findResources("AWS::EC2::SecurityGroup"));
  const rules = Object.values(template.findResources("AWS::EC2::SecurityGroupEgress"));
  const egress: Egress[] = [
    ...groups.flatMap(({ Properties }) => Properties.SecurityGroupEgress ?? []),
    ...rules.map(({ Properties }) => Properties),
  ];
  const shown = egress
    .filter(({ CidrIp }) => CidrIp !== NOTHING)
    .map(({ IpProtocol, FromPort, CidrIp, DestinationSecurityGroupId }) => {
      const [address] = [CidrIp, DestinationSecurityGroupId].filter((each) => each !== undefined);
      // A port or an address that is not a literal is a reference to another resource.
      const port = typeof FromPort === "object" ? "its port" : String(FromPort ?? "all");
      return `${IpProtocol}/${port} to ${typeof address === "string" ? address : "the VPC"}`;
    });
  return [...new Set(shown)].sort();
}

/**
 * Groups whose egress AWS opens completely, because the template names none: neither in the group
 * nor as a rule of its own, which also closes the group.
 */
function openGroups(template: Template): string[] {
  const rules = Object.values(template.findResources("AWS::EC2::SecurityGroupEgress"));
  const closed = JSON.stringify(rules.map(({ Properties }) => Properties.GroupId));
  return Object.entries(template.findResources("AWS::EC2::SecurityGroup"))
    .filter(([, { Properties }]) => Properties.SecurityGroupEgress === undefined)
    .map(([id]) => id)
    .filter((id) => !closed.includes(id));
}

let templates: Synthesised["templates"];
let synthesised: Synthesised;
beforeAll(() => {
  synthesised = synthesise({ otlpEndpoint: "http://collector.internal:4318" });
  ({ templates } = synthesised);
});

const COLLECTOR = "tcp/4318 to the VPC";

test("every group closes its egress", () => {
  for (const [name, template] of Object.entries(templates)) {
    expect(openGroups(template), name).toEqual([]);
  }
});

test("Postgres opens no connection, and the group of its clients reaches only Postgres", () => {
  expect(egressOf(templates.data)).toEqual(["tcp/its port to the VPC"]);
});

test("the Lambda reaches AWS over HTTPS, the collector of traces on its port, and nothing else", () => {
  expect(egressOf(templates.stream)).toEqual([COLLECTOR, "tcp/443 to 0.0.0.0/0"]);
});

test("the server reaches HTTPS and the collector, and the load balancer only the server", () => {
  expect(egressOf(templates.api)).toEqual([
    "tcp/3000 to the VPC",
    COLLECTOR,
    "tcp/443 to 0.0.0.0/0",
  ]);
});

test("without a collector its port stays closed", () => {
  const other = synthesise();
  for (const name of ["api", "stream"] as const) {
    expect(egressOf(other.templates[name])).not.toContain(COLLECTOR);
  }
});

test("with live notices over Valkey, the server and nothing else reaches it, over TLS", () => {
  const other = synthesise({ liveNotices: "valkey" });
  const { api } = other.templates;
  expect(egressOf(api)).toContain("tcp/6379 to the VPC");
  expect(egressOf(other.templates.stream)).toEqual(egressOf(synthesised.templates.stream).slice(1));
  const [ingress] = Object.values(api.findResources("AWS::EC2::SecurityGroupIngress")).filter(
    ({ Properties }) => Properties.FromPort === 6379,
  );
  expect(ingress?.Properties).toMatchObject({ ToPort: 6380, IpProtocol: "tcp" });
  expect(JSON.stringify(ingress?.Properties.SourceSecurityGroupId)).toContain("Tasks");
  const [task] = Object.values(api.findResources("AWS::ECS::TaskDefinition"));
  const variables = task?.Properties.ContainerDefinitions[0].Environment ?? [];
  const url = variables.find(({ Name }: { Name: string }) => Name === "LIVE_URL");
  expect(JSON.stringify(url)).toMatch(/valkeys:\/\/.*\?cluster/);
});

test("without them there is no cache, and the servers use Postgres", () => {
  templates.api.resourceCountIs("AWS::ElastiCache::ServerlessCache", 0);
  expect(JSON.stringify(templates.api.toJSON())).not.toContain("LIVE_URL");
  expect(() => synthesise({ liveNotices: "redis" })).toThrow("liveNotices");
});
