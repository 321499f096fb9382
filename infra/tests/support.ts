import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readDeployConfig } from "../src/config.ts";
import { createDeployment } from "../src/deployment.ts";

export interface Synthesised {
  templates: Record<keyof ReturnType<typeof createDeployment>, Template>;
  [Symbol.dispose](): void;
}

/** The templates, with a placeholder for the Lambda's bundle, whose content does not change them. */
export function synthesise(context: Record<string, string> = {}): Synthesised {
  const directory = mkdtempSync(join(tmpdir(), "cruddur-infra-"));
  const lambdaDirectory = mkdtempSync(join(directory, "lambda-"));
  writeFileSync(join(lambdaDirectory, "handler.mjs"), "export const handler = () => {};");
  const app = new App({ outdir: join(directory, "cdk.out"), context, analyticsReporting: false });
  const stacks = createDeployment(app, readDeployConfig(app, lambdaDirectory));
  const assembly = app.synth();
  const from = ({ stackName }: Stack) =>
    Template.fromJSON(assembly.getStackByName(stackName).template);
  return {
    templates: {
      network: from(stacks.network),
      registry: from(stacks.registry),
      auth: from(stacks.auth),
      data: from(stacks.data),
      stream: from(stacks.stream),
      api: from(stacks.api),
      web: from(stacks.web),
      observability: from(stacks.observability),
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
