import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readDeployConfig } from "../src/config.ts";
import { createDeployment } from "../src/deployment.ts";

export interface Synthesised {
  templates: Record<keyof ReturnType<typeof createDeployment>, Template>;
}

export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
}

/** Every statement of a template that allows something, in every kind of policy and at any depth. */
export function allowedStatements(template: Template): Statement[] {
  const found: Statement[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("Effect" in value && "Action" in value) {
      const statement = value as Statement;
      if (statement.Effect === "Allow") found.push(statement);
    }
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(template.toJSON());
  return found;
}

/** What the roles that a stack's tasks run under allow, each action on a resource by its short name. */
export function allowedOf({ templates }: Synthesised, name: keyof Synthesised["templates"]) {
  const roles = Object.values(templates[name].findResources("AWS::ECS::TaskDefinition")).map(
    ({ Properties }) => String(Properties.TaskRoleArn["Fn::GetAtt"][0]),
  );
  const policies = Object.values(templates[name].findResources("AWS::IAM::Policy")).filter(
    ({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => roles.includes(Ref)),
  );
  return policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: Statement) =>
      [Action].flat().map((action) => `${action} on ${shortName(Resource)}`),
    ),
  );
}

/** The resource that an ARN in a template refers to, by the name that commands declare. */
function shortName(resource: unknown): string {
  const text = JSON.stringify(resource);
  const index = /"\/index\/([^"]+)"/.exec(text)?.[1];
  if (index !== undefined) return index;
  if (text === '"*"') return "any";
  if (/FnGetAttMessages\w+StreamArn/.test(text)) return "stream";
  if (/FnGetAttMessages\w+Arn/.test(text)) return "table";
  if (/FnGetAttDeadLetters\w+Arn/.test(text)) return "dead-letter-queue";
  if (/FnGetAttUserPool\w+Arn/.test(text)) return "user-pool";
  if (text.includes(":identity/")) return "mail-sender";
  return text;
}

/** Pushes are on unless a test turns them off, so that every check holds for their Lambda, too. */
const VAPID_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:example:secret:vapid-AbCdEf";

/** The deployments of this worker by their settings, since the synthesis of one takes a second. */
const synthesised = new Map<string, Synthesised>();

/** The templates, with a placeholder for the Lambda's bundle, whose content does not change them. */
export function synthesise(settings: Record<string, string> = {}): Synthesised {
  const key = JSON.stringify(settings);
  const known = synthesised.get(key);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), "cruddur-infra-"));
  try {
    const templates = synthesiseIn(directory, { vapidSecretArn: VAPID_SECRET_ARN, ...settings });
    synthesised.set(key, { templates });
    return { templates };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function synthesiseIn(
  directory: string,
  context: Record<string, string>,
): Synthesised["templates"] {
  const lambdaDirectories = {
    stream: mkdtempSync(join(directory, "lambda-")),
    push: mkdtempSync(join(directory, "lambda-")),
    userPool: mkdtempSync(join(directory, "lambda-")),
  };
  for (const folder of Object.values(lambdaDirectories)) {
    writeFileSync(join(folder, "handler.mjs"), "export const handler = () => {};");
  }
  const app = new App({ outdir: join(directory, "cdk.out"), context, analyticsReporting: false });
  const stacks = createDeployment(app, readDeployConfig(app, lambdaDirectories));
  const assembly = app.synth();
  const from = ({ stackName }: Stack) =>
    Template.fromJSON(assembly.getStackByName(stackName).template);
  return {
    network: from(stacks.network),
    registry: from(stacks.registry),
    auth: from(stacks.auth),
    data: from(stacks.data),
    stream: from(stacks.stream),
    // Empty where no pushes are sent.
    push: stacks.push === null ? Template.fromJSON({ Resources: {} }) : from(stacks.push),
    api: from(stacks.api),
    operators: from(stacks.operators),
    web: from(stacks.web),
    observability: from(stacks.observability),
  };
}
