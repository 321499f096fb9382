/** What an AWS permission applies to; the deployment replaces each name with the resource's ARN. */
export type PermissionResource =
  | "table"
  | "indexes"
  | "stream"
  | "dead-letter-queue"
  | "user-pool"
  | "any";

/** One AWS action, such as `dynamodb:GetItem`, on one kind of resource. */
export interface Permission {
  action: `${"dynamodb" | "sqs" | "cognito-idp"}:${string}`;
  on: PermissionResource;
}
