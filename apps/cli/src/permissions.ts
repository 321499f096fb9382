import { actionsOf, type Resource } from "@cruddur/ddb/access-pattern";
import { operatorPatterns } from "@cruddur/ddb/roles";

/** What an AWS permission applies to; the deployment replaces each name with the resource's ARN. */
export type PermissionResource =
  | Resource
  | "stream"
  | "dead-letter-queue"
  | "user-pool"
  | "mail-sender"
  | "any";

/** One AWS action, such as `dynamodb:GetItem`, on one kind of resource. */
export interface Permission {
  action: `${"dynamodb" | "sqs" | "cognito-idp" | "ses"}:${string}`;
  on: PermissionResource;
}

/** The permissions of a command that calls these access patterns, as the patterns describe them. */
export function permissionsOfPatterns(
  ...names: readonly (keyof typeof operatorPatterns)[]
): Permission[] {
  const patterns = Object.fromEntries(names.map((name) => [name, operatorPatterns[name]]));
  return Object.entries(actionsOf(patterns)).flatMap(([on, actions]) =>
    actions.map((action): Permission => ({ action: `dynamodb:${action}`, on: on as Resource })),
  );
}
