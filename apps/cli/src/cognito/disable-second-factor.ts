import { CliError } from "@cruddur/command-line/cli-error";
import type { Permission } from "../permissions.ts";
import type { PoolTarget } from "./user-pool.ts";

/** The permissions that `disablePoolSecondFactor` needs. */
export const DISABLE_SECOND_FACTOR: readonly Permission[] = [
  { action: "cognito-idp:AdminGetUser", on: "user-pool" },
  { action: "cognito-idp:AdminSetUserMFAPreference", on: "user-pool" },
];

/**
 * Turns the second factor of an account off. One that is off already is no error.
 * @param account the user name, and the `sub` that the account of this name must have
 * Throws CliError.
 */
export async function disablePoolSecondFactor(
  { userPoolId: UserPoolId, credentials, region, endpoint }: PoolTarget,
  { username: Username, sub }: { username: string; sub: string },
): Promise<void> {
  const { AdminGetUserCommand, AdminSetUserMFAPreferenceCommand, CognitoIdentityProviderClient } =
    await import("@aws-sdk/client-cognito-identity-provider");
  const client = new CognitoIdentityProviderClient({ region, endpoint, credentials });
  try {
    const account = await client.send(new AdminGetUserCommand({ UserPoolId, Username }));
    const found = account.UserAttributes?.find(({ Name }) => Name === "sub")?.Value;
    // After an account was deleted, somebody else may have its user name.
    if (found !== sub) throw new Error("the account of this user name is somebody else's");
    await client.send(
      new AdminSetUserMFAPreferenceCommand({
        ...{ UserPoolId, Username },
        SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false },
        // On only so that passkeys replace the code.
        WebAuthnMfaSettings: { Enabled: false },
      }),
    );
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new CliError(
      `the second factor is still on, in the user pool ${UserPoolId} at ${endpoint}: ${message || name}`,
    );
  } finally {
    client.destroy();
  }
}
