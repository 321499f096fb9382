import {
  AdminDeleteUserCommand,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  UserNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";

/**
 * Deletes an account of a user pool by its `sub`: the user name may be a handle that the person no
 * longer has. One that is gone already is no error.
 */
export async function deletePoolAccount(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  sub: string,
): Promise<void> {
  const Filter = `sub = "${sub}"`;
  const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId, Filter, Limit: 1 }));
  const Username = Users[0]?.Username;
  if (Username === undefined) return;
  try {
    await client.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
  } catch (error) {
    if (!(error instanceof UserNotFoundException)) throw error;
  }
}
