import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, expect } from "vitest";
import { createSecretHash } from "../src/user-pool/client-secret.ts";
import { type LocalUserPool, startUserPool, type UserPoolOptions } from "../src/user-pool.ts";

export const PASSWORD = "correct horse battery";

/** A new user pool for each test, with an SDK client and a clock that the test sets. */
export class TestPool {
  pool!: LocalUserPool;
  client!: cognito.CognitoIdentityProviderClient;
  clockMs = 0;
  dataDir = "";

  /** Starts the pool again, for example with a data directory. */
  async open(options: UserPoolOptions = {}): Promise<void> {
    this.pool = await startUserPool({ now: () => this.clockMs, ...options });
    this.client = new cognito.CognitoIdentityProviderClient({
      endpoint: this.pool.endpoint,
      region: "us-east-1",
      credentials: this.pool.credentials,
      maxAttempts: 1,
    });
  }

  /** The app client in a call about a token. */
  get appClient() {
    return { ClientId: this.pool.clientId, ClientSecret: this.pool.clientSecret };
  }

  /** The app client in a call about a user. */
  appClientFor(Username: string) {
    return { ClientId: this.pool.clientId, SecretHash: this.secretHash(Username), Username };
  }

  secretHash(username: string): string {
    return createSecretHash(this.pool.clientId, this.pool.clientSecret, username);
  }

  /** The token with the scope to act on its own account, which the pool gives to none. */
  addOwnAccountScope(accessToken: string): Promise<string> {
    const scope = "aws.cognito.signin.user.admin";
    return this.pool.signToken({ ...decodeJwt(accessToken), scope });
  }

  async getUser(accessToken: string) {
    const AccessToken = await this.addOwnAccountScope(accessToken);
    return this.client.send(new cognito.GetUserCommand({ AccessToken }));
  }

  lastCode(): string {
    return this.pool.mails().at(-1)?.code ?? "";
  }

  createUser(handle: string): Promise<{ sub: string }> {
    const email = `${handle}@example.com`;
    return this.pool.createUser({ handle, email, display_name: handle, password: PASSWORD });
  }

  signUp(Username: string, email = `${Username}@example.com`) {
    return this.client.send(
      new cognito.SignUpCommand({
        ...this.appClientFor(Username),
        Password: PASSWORD,
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "preferred_username", Value: Username },
        ],
      }),
    );
  }

  confirmSignUp(Username: string, ConfirmationCode: string) {
    const input = { ...this.appClientFor(Username), ConfirmationCode };
    return this.client.send(new cognito.ConfirmSignUpCommand(input));
  }

  async signIn(USERNAME: string, password = PASSWORD) {
    const { AuthenticationResult } = await this.client.send(
      new cognito.InitiateAuthCommand({
        ClientId: this.pool.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: {
          USERNAME,
          PASSWORD: password,
          SECRET_HASH: this.secretHash(USERNAME),
        },
      }),
    );
    return {
      access: AuthenticationResult?.AccessToken ?? "",
      id: AuthenticationResult?.IdToken ?? "",
      refresh: AuthenticationResult?.RefreshToken ?? "",
    };
  }

  async refresh(RefreshToken: string): Promise<string> {
    const { AuthenticationResult } = await this.client.send(
      new cognito.GetTokensFromRefreshTokenCommand({ ...this.appClient, RefreshToken }),
    );
    return AuthenticationResult?.RefreshToken ?? "";
  }
}

export function useTestPool(): TestPool {
  const testPool = new TestPool();
  beforeEach(async () => {
    testPool.clockMs = Date.now();
    testPool.dataDir = await mkdtemp(join(tmpdir(), "cruddur-pool-"));
    await testPool.open();
  });
  afterEach(async () => {
    testPool.client.destroy();
    await testPool.pool.stop();
    await rm(testPool.dataDir, { recursive: true, force: true });
  });
  return testPool;
}

/** Matches the SDK's error of this name. */
export const errorNamed = (name: string) => expect.objectContaining({ name });
