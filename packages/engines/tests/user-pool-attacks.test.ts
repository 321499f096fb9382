import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { beforeEach, expect, test } from "vitest";
import { errorNamed, PASSWORD, useTestPool } from "./test-pool.ts";

const testPool = useTestPool();
beforeEach(async () => {
  await testPool.createUser("londo");
});

/** One GET with headers that `fetch` would not let us choose. */
const request = (path: string, headers: Record<string, string | undefined>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const { port } = testPool.pool;
    get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response);
    }).on("error", reject);
  });

test("nobody signs up, signs in or gets a code without the app client's secret", async () => {
  const ClientId = testPool.pool.clientId;
  for (const SecretHash of [undefined, "", testPool.secretHash("vir"), "x".repeat(44)]) {
    const named = { ClientId, SecretHash, Username: "londo" };
    const code = { ...named, ConfirmationCode: "123456" };
    const calls = [
      testPool.client.send(
        new cognito.SignUpCommand({ ...named, Username: "a/../b", Password: PASSWORD }),
      ),
      testPool.client.send(new cognito.ConfirmSignUpCommand(code)),
      testPool.client.send(new cognito.ResendConfirmationCodeCommand(named)),
      testPool.client.send(new cognito.ForgotPasswordCommand(named)),
      testPool.client.send(
        new cognito.ConfirmForgotPasswordCommand({ ...code, Password: PASSWORD }),
      ),
      testPool.client.send(
        new cognito.InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: {
            USERNAME: "londo",
            PASSWORD,
            ...(SecretHash === undefined ? {} : { SECRET_HASH: SecretHash }),
          },
        }),
      ),
    ];
    for (const { reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
      expect(reason).toEqual(errorNamed("NotAuthorizedException"));
    }
  }
  expect(testPool.pool.mails()).toEqual([]);
});

test("a stolen refresh token renews nothing without the app client's secret", async () => {
  const { refresh: RefreshToken } = await testPool.signIn("londo");
  const stolen = { ClientId: testPool.pool.clientId, RefreshToken };
  await expect(
    testPool.client.send(new cognito.GetTokensFromRefreshTokenCommand(stolen)),
  ).rejects.toEqual(errorNamed("NotAuthorizedException"));
  const { AuthenticationResult } = await testPool.client.send(
    new cognito.GetTokensFromRefreshTokenCommand({
      ...stolen,
      ClientSecret: testPool.pool.clientSecret,
    }),
  );
  expect(AuthenticationResult?.AccessToken).toBeDefined();
});

test("a stolen access token neither reads nor changes its account in the pool", async () => {
  const { access: AccessToken } = await testPool.signIn("londo");
  for (const call of [
    () => testPool.client.send(new cognito.GetUserCommand({ AccessToken })),
    () => testPool.client.send(new cognito.GlobalSignOutCommand({ AccessToken })),
  ]) {
    await expect(call()).rejects.toThrow("does not have required scopes");
  }
});

test("administrative actions need the pool's credentials", async () => {
  const made = { accessKeyId: `LOCAL${"A".repeat(40)}`, secretAccessKey: "local" };
  for (const credentials of [{ accessKeyId: "local", secretAccessKey: "local" }, made]) {
    const stranger = new cognito.CognitoIdentityProviderClient({
      endpoint: testPool.pool.endpoint,
      region: "us-east-1",
      credentials,
    });
    const user = { UserPoolId: testPool.pool.userPoolId, Username: "londo" };
    for (const call of [
      () => stranger.send(new cognito.ListUsersCommand(user)),
      () => stranger.send(new cognito.AdminGetUserCommand(user)),
      () => stranger.send(new cognito.AdminSetUserPasswordCommand({ ...user, Password: PASSWORD })),
    ]) {
      await expect(call()).rejects.toEqual(errorNamed("UnrecognizedClientException"));
    }
    stranger.destroy();
  }
});

test("no web page is answered, by its own name or by one that was rebound to this machine", async () => {
  for (const [host, origin] of [
    [`rebound.example:${testPool.pool.port}`, undefined],
    [`127.0.0.1.example:${testPool.pool.port}`, undefined],
    ["127.0.0.1", undefined],
    [`127.0.0.1:${testPool.pool.port}`, "https://evil.example"],
    [`127.0.0.1:${testPool.pool.port}`, "null"],
  ]) {
    for (const path of ["/", `/${testPool.pool.userPoolId}/.well-known/jwks.json`]) {
      const answer = await request(path, { host, ...(origin && { origin }) });
      expect(answer.statusCode).toBe(403);
      expect(Object.keys(answer.headers).join()).not.toContain("access-control");
    }
  }
});

test("listens on loopback only", async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) =>
    list.filter(({ internal, family }) => !internal && family === "IPv4"),
  );
  for (const { address } of addresses) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = connect(testPool.pool.port, address, () => resolve(true));
      socket.on("error", () => resolve(false));
    });
    expect([address, connected]).toEqual([address, false]);
  }
});
