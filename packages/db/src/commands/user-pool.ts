import { CliError } from "@cruddur/command-line/cli-error";
import { isAws, refuseOtherEndpoints } from "@cruddur/command-line/endpoints";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import type { CommandContext, CommonOptions } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";

export interface PoolTarget {
  userPoolId: string;
  region: string;
  endpoint: string;
  /** A pool that isn't at AWS wants a signature but checks none. */
  isLocal: boolean;
}

export interface PoolUser {
  username: string;
  sub: string;
  /** null when the user has none. */
  preferred_username: string | null;
}

/** Which user pool a command is about; undefined when none is named and no local stack runs. */
export function findUserPool(
  context: CommandContext,
  options: CommonOptions,
): PoolTarget | undefined {
  const { env, dataDir } = context;
  refuseOtherEndpoints(context, options, "AWS_COGNITO_ENDPOINT_URL");
  const named = env.AWS_COGNITO_USER_POOL_ID;
  if (named) return poolTarget(named, env.AWS_COGNITO_ENDPOINT_URL, env.AWS_REGION);
  if (options.prod) return undefined;
  try {
    const stack = readLocalStack(dataDir);
    return poolTarget(stack.AWS_COGNITO_USER_POOL_ID, stack.AWS_COGNITO_ENDPOINT_URL, undefined);
  } catch {
    return undefined;
  }
}

/** As `findUserPool`, but throws CliError when there is none. */
export function resolveUserPool(context: CommandContext, options: CommonOptions): PoolTarget {
  const target = findUserPool(context, options);
  if (target) return target;
  if (options.prod) throw new CliError("--prod needs AWS_COGNITO_USER_POOL_ID");
  throw new CliError("no user pool found: run `pnpm start` first, or set AWS_COGNITO_USER_POOL_ID");
}

function poolTarget(
  userPoolId: string,
  namedEndpoint: string | undefined,
  awsRegion: string | undefined,
): PoolTarget {
  // A pool's id begins with its region.
  const region = userPoolId.split("_")[0] || awsRegion || "us-east-1";
  // Always named: AWS_ENDPOINT_URL, which is the table's, would otherwise redirect it.
  const endpoint = namedEndpoint || `https://cognito-idp.${region}.amazonaws.com`;
  return { userPoolId, region, endpoint, isLocal: !isAws(endpoint) };
}

/** Every user of the pool, page by page. */
export async function listPoolUsers(target: PoolTarget): Promise<PoolUser[]> {
  // Loaded here: it takes longer than most commands, which don't need it.
  const { CognitoIdentityProviderClient, paginateListUsers } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  );
  const client = new CognitoIdentityProviderClient({
    region: target.region,
    endpoint: target.endpoint,
    ...(target.isLocal && { credentials: { accessKeyId: "local", secretAccessKey: "local" } }),
  });
  const users: PoolUser[] = [];
  const progress = createProgress("users", 0);
  try {
    // Without AttributesToGet: Cognito refuses that when one user lacks one of the attributes.
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
        });
      }
      progress.add(Users.length);
    }
    return users;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new CliError(`user pool ${target.userPoolId}: ${message || name}`);
  } finally {
    progress.stop();
    client.destroy();
  }
}

/** Users by handle. A name that two users claim is nobody's: it can't say whose row is meant. */
export function byHandle(users: readonly PoolUser[]): {
  people: { handle: string; cognito_user_id: string }[];
  ambiguous: string[];
} {
  const claims = new Map<string, PoolUser[]>();
  for (const user of users) {
    const handle = user.preferred_username?.toLowerCase();
    if (handle) claims.set(handle, [...(claims.get(handle) ?? []), user]);
  }
  const people: { handle: string; cognito_user_id: string }[] = [];
  const ambiguous: string[] = [];
  for (const [handle, claimants] of claims) {
    const [only, ...others] = claimants;
    if (only && others.length === 0) people.push({ handle, cognito_user_id: only.sub });
    else ambiguous.push(handle);
  }
  return { people, ambiguous };
}
