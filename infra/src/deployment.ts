import type { App } from "aws-cdk-lib";
import type { DeployConfig } from "./config.ts";
import { ApiStack } from "./stacks/api.ts";
import { AuthStack } from "./stacks/auth.ts";
import { DataStack } from "./stacks/data.ts";
import { KeyStack } from "./stacks/key.ts";
import { NetworkStack } from "./stacks/network.ts";
import { ObservabilityStack } from "./stacks/observability.ts";
import { OperatorsStack } from "./stacks/operators.ts";
import { PushStack } from "./stacks/push.ts";
import { RegistryStack } from "./stacks/registry.ts";
import { StreamStack } from "./stacks/stream.ts";
import { WebStack } from "./stacks/web.ts";

/** Creates every stack, in the order of their dependencies. Stacks with data are separate from the others. */
export function createDeployment(app: App, config: DeployConfig) {
  if (config.customerKey === "own") new KeyStack(app, "CruddurKey");
  const network = new NetworkStack(app, "CruddurNetwork");
  const registry = new RegistryStack(app, "CruddurRegistry");
  const auth = new AuthStack(app, "CruddurAuth", { config });
  const { vpc } = network;
  const data = new DataStack(app, "CruddurData", { vpc, config });
  const { table, database, databaseSecrets, databaseClients } = data;
  const stream = new StreamStack(app, "CruddurStream", {
    vpc,
    table,
    config,
  });
  const pushProps = { vpc, table, config, databaseSecrets, databaseClients };
  const push = config.vapidSecretArn === "" ? null : new PushStack(app, "CruddurPush", pushProps);
  const api = new ApiStack(app, "CruddurApi", {
    config,
    vpc,
    table,
    databaseSecrets,
    databaseClients,
    userPool: auth.userPool,
    userPoolClient: auth.client,
    userPoolClientSecret: auth.clientSecret,
    repository: registry.repository,
  });
  const operators = new OperatorsStack(app, "CruddurOperators", {
    config,
    vpc,
    table,
    deadLetters: stream.deadLetters,
    databaseSecrets,
    databaseClients,
    userPool: auth.userPool,
    repository: registry.repository,
  });
  const { loadBalancer, targets } = api;
  const web = new WebStack(app, "CruddurWeb", { config, loadBalancer });
  const observability = new ObservabilityStack(app, "CruddurObservability", {
    config,
    handler: stream.handler,
    deadLetters: stream.deadLetters,
    push,
    table,
    database,
    loadBalancer,
    targets,
  });
  return { network, registry, auth, data, stream, push, api, operators, web, observability };
}
