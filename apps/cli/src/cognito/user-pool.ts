import { CliError } from "@cruddur/command-line/cli-error";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { createProgress } from "@cruddur/command-line/progress";
import type { CommandContext, CommonOptions } from "../command.ts";
import { isAws, refuseOtherEndpoints } from "../endpoints.ts";
import type { Permission } from "../permissions.ts";

export interface PoolTarget {
  userPoolId: string;
  region: string;
  endpoint: string;
  /** What a local pool's requests must be signed with; undefined at AWS. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** An account of the pool. Attributes that it lacks are null. */
export interface PoolUser {
  username: string;
  sub: string;
  preferred_username: string | null;
  email: string | null;
  email_verified: boolean;
}

/** Finds the user pool that a command uses; undefined when none is named and no local stack runs. */
export function findUserPool(
  context: CommandContext,
  options: CommonOptions,
): PoolTarget | undefined {
  const { env, dataDir } = context;
  refuseOtherEndpoints(context, options, "AWS_COGNITO_ENDPOINT_URL");
  if (env.AWS_COGNITO_USER_POOL_ID) return poolTarget(env, env.AWS_REGION);
  if (options.prod) return undefined;
  try {
    return poolTarget(readLocalStack(dataDir), undefined);
  } catch {
    return undefined;
  }
}

/** Finds the user pool as `findUserPool` does. Throws CliError when there is none. */
export function resolveUserPool(context: CommandContext, options: CommonOptions): PoolTarget {
  const target = findUserPool(context, options);
  if (target) return target;
  if (options.prod) throw new CliError("--prod needs AWS_COGNITO_USER_POOL_ID");
  throw new CliError("no user pool found: run `pnpm start` first, or set AWS_COGNITO_USER_POOL_ID");
}

function poolTarget(
  source: Readonly<Record<string, string | number | undefined>>,
  awsRegion: string | undefined,
): PoolTarget {
  const text = (name: string) => String(source[name] ?? "");
  const userPoolId = text("AWS_COGNITO_USER_POOL_ID");
  // The id of a pool begins with its region.
  const region = userPoolId.split("_")[0] || awsRegion || "us-east-1";
  // Always explicit: AWS_ENDPOINT_URL, which is the table's, would otherwise redirect it.
  const endpoint =
    text("AWS_COGNITO_ENDPOINT_URL") || `https://cognito-idp.${region}.amazonaws.com`;
  const credentials = {
    accessKeyId: text("AWS_COGNITO_ACCESS_KEY_ID") || "local",
    secretAccessKey: text("AWS_COGNITO_SECRET_ACCESS_KEY") || "local",
  };
  return { userPoolId, region, endpoint, credentials: isAws(endpoint) ? undefined : credentials };
}

/** The permission that `listPoolUsers` needs. */
export const LIST_POOL_USERS: Permission = { action: "cognito-idp:ListUsers", on: "user-pool" };

/** Lists every account of the pool, page by page. Throws CliError. */
export async function listPoolUsers(target: PoolTarget): Promise<PoolUser[]> {
  // Loaded here, because loading takes longer than most commands, which do not need it.
  const { CognitoIdentityProviderClient, paginateListUsers } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  );
  const client = new CognitoIdentityProviderClient({
    region: target.region,
    endpoint: target.endpoint,
    ...(target.credentials && { credentials: target.credentials }),
  });
  const users: PoolUser[] = [];
  const progress = createProgress("users", 0);
  try {
    // Without AttributesToGet, which Cognito refuses when a user lacks one of the attributes.
    const pages = paginateListUsers({ client, pageSize: 60 }, { UserPoolId: target.userPoolId });
    for await (const { Users = [] } of pages) {
      for (const { Username = "", Attributes = [] } of Users) {
        const attribute = (name: string) => Attributes.find((each) => each.Name === name)?.Value;
        const sub = attribute("sub");
        if (!sub) continue;
        users.push({
          username: Username,
          sub,
          preferred_username: attribute("preferred_username") || null,
          email: attribute("email") || null,
          email_verified: attribute("email_verified") === "true",
        });
      }
      progress.add(Users.length);
    }
    return users;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new CliError(
      `ListUsers failed for the user pool ${target.userPoolId} at ${target.endpoint}: ${message || name}`,
    );
  } finally {
    progress.stop();
    client.destroy();
  }
}
