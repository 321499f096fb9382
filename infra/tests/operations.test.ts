import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

const read = (page: string) =>
  readFileSync(new URL(`../../docs/operations/${page}`, import.meta.url), "utf8");

let synthesised: Synthesised;
beforeAll(() => {
  synthesised = synthesise({ otlpEndpoint: "http://collector.internal:4318" });
});

test("the monitoring page says what every alarm means and what to do, and names no other alarm", () => {
  const alarms = Object.values(
    synthesised.templates.observability.findResources("AWS::CloudWatch::Alarm"),
  ).map((alarm) => String(alarm.Properties.AlarmName));
  const described = [...read("monitor.md").matchAll(/^### `(cruddur-[\w-]+)`\n\n(.+)/gm)];
  expect(described.map(([, name]) => name).sort()).toEqual(alarms.sort());
  for (const [, name, paragraph = ""] of described) {
    expect(paragraph.length, name).toBeGreaterThan(80);
  }
});

test("the deployment page names every setting of a deployment", () => {
  const config = readFileSync(new URL("../src/config.ts", import.meta.url), "utf8");
  const settings = [...config.matchAll(/read\("(\w+)"/g)].map(([, name]) => name);
  expect(settings.length).toBeGreaterThan(4);
  const deploy = read("deploy.md");
  for (const name of settings) expect(deploy).toContain(`| \`${name}\` |`);
});

test("the pages name only outputs that the stacks have", () => {
  const outputs = Object.entries(synthesised.templates).flatMap(([name, template]) =>
    Object.keys(template.findOutputs("*")).map((key) => `${name}.${key}`.toLowerCase()),
  );
  const operators = [...read("commands.md").matchAll(/\$\(output (\w+)\)/g)];
  expect(operators.length).toBeGreaterThan(4);
  const named = ["deploy.md", "runbook.md"].flatMap((page) => [
    ...read(page).matchAll(/\bCruddur(\w+\.\w+)\b/g),
  ]);
  expect(named.length).toBeGreaterThan(4);
  for (const [, output] of named) expect(outputs).toContain(output?.toLowerCase());
  for (const [, key] of operators) expect(outputs).toContain(`operators.${key}`.toLowerCase());
});

test("server and Lambda send their traces to the same collector", () => {
  const { api, stream } = synthesised.templates;
  for (const template of [api, stream]) {
    const text = JSON.stringify(template.toJSON());
    expect(text).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
    expect(text).toContain("http://collector.internal:4318");
  }
});

test("a restored table replaces the deployment's own table, which stays unchanged", () => {
  const tableArn = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored";
  const other = synthesise({ restoredStreamArn: `${tableArn}/stream/2026-11-21T00:00:00.000` });
  const { api, data, stream } = other.templates;
  data.resourceCountIs("AWS::DynamoDB::Table", 0);
  stream.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    EventSourceArn: `${tableArn}/stream/2026-11-21T00:00:00.000`,
  });
  for (const template of [api, stream]) {
    const text = JSON.stringify(template.toJSON());
    expect(text).toMatch(/"MESSAGES_TABLE","Value":"restored"|"MESSAGES_TABLE":"restored"/);
    expect(text).not.toContain("ExportsOutputRefMessages");
  }
});

test("Momento's token comes from its secret if one is set", () => {
  const other = synthesise({
    momentoSecretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:momento-AbCdEf",
  });
  const [task] = Object.values(other.templates.api.findResources("AWS::ECS::TaskDefinition"));
  expect(JSON.stringify(task?.Properties.ContainerDefinitions[0].Secrets)).toContain(
    "MOMENTO_AUTH_TOKEN",
  );
});
