import * as ecs from "aws-cdk-lib/aws-ecs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";

/** The logins of Postgres: one owns the schema, the other one reads and writes rows. */
export interface DatabaseSecrets {
  /** Of the database's own, as RDS writes it: with host, port and name. */
  owner: ISecret;
  /** User name and password alone. */
  server: ISecret;
}

/** The environment variables with which the servers connect. */
export function serverDatabaseVariables({ owner, server }: DatabaseSecrets) {
  return {
    ...place(owner),
    PGUSER: ecs.Secret.fromSecretsManager(server, "username"),
    PGPASSWORD: ecs.Secret.fromSecretsManager(server, "password"),
  };
}

/** Those with which operators migrate the schema, and let the servers in. */
export function operatorDatabaseVariables({ owner, server }: DatabaseSecrets) {
  return {
    ...place(owner),
    PGUSER: ecs.Secret.fromSecretsManager(owner, "username"),
    PGPASSWORD: ecs.Secret.fromSecretsManager(owner, "password"),
    SERVER_PGUSER: ecs.Secret.fromSecretsManager(server, "username"),
    SERVER_PGPASSWORD: ecs.Secret.fromSecretsManager(server, "password"),
  };
}

const place = (owner: ISecret) => ({
  PGHOST: ecs.Secret.fromSecretsManager(owner, "host"),
  PGPORT: ecs.Secret.fromSecretsManager(owner, "port"),
  PGDATABASE: ecs.Secret.fromSecretsManager(owner, "dbname"),
});
