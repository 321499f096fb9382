import * as ecs from "aws-cdk-lib/aws-ecs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";

/** The environment variables with which a container connects to Postgres, from the database's secret. */
export function databaseVariables(databaseSecret: ISecret): Record<string, ecs.Secret> {
  const field = (name: string) => ecs.Secret.fromSecretsManager(databaseSecret, name);
  return {
    PGHOST: field("host"),
    PGPORT: field("port"),
    PGUSER: field("username"),
    PGPASSWORD: field("password"),
    PGDATABASE: field("dbname"),
  };
}
