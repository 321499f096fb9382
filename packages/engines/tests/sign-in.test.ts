import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { JwtVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";
import { expect, test } from "vitest";
import { errorNamed, useTestPool } from "./test-pool.ts";

const testPool = useTestPool();

test("an unknown user and a wrong password get the same answer", async () => {
  await testPool.createUser("londo");
  const unknown = await testPool.signIn("nobody").catch((error: Error) => error.message);
  const wrong = await testPool
    .signIn("londo", "wrong password")
    .catch((error: Error) => error.message);
  expect(unknown).toBe("Incorrect username or password.");
  expect(wrong).toBe(unknown);
});

test("a user is locked after five wrong passwords", async () => {
  await testPool.createUser("londo");
  for (let i = 0; i < 5; i += 1)
    await testPool.signIn("londo", "wrong password").catch(() => undefined);
  await expect(testPool.signIn("londo")).rejects.toThrow("Password attempts exceeded");
  testPool.clockMs += 2_000;
  await testPool.signIn("londo");
});

test("tokens verify with the published keys and have the claims of Cognito", async () => {
  const { sub } = await testPool.createUser("londo");
  const { access, id } = await testPool.signIn("londo");
  const verifier = JwtVerifier.create({
    issuer: testPool.pool.issuer,
    audience: null,
    jwksUri: testPool.pool.jwksUri,
  });
  verifier.cacheJwks((await (await fetch(testPool.pool.jwksUri)).json()) as Jwks);
  expect(verifier.verifySync(access)).toMatchObject({
    sub,
    client_id: testPool.pool.clientId,
    token_use: "access",
    username: "londo",
  });
  expect(verifier.verifySync(id)).toMatchObject({
    aud: testPool.pool.clientId,
    token_use: "id",
    preferred_username: "londo",
    email_verified: true,
  });
  const expired = await testPool.pool.signToken({ sub, exp: Math.floor(Date.now() / 1_000) - 10 });
  expect(() => verifier.verifySync(expired)).toThrow("expired");
});

test("a rotated refresh token is valid for ten more seconds", async () => {
  await testPool.createUser("londo");
  const { refresh: first } = await testPool.signIn("londo");
  const second = await testPool.refresh(first);
  expect(second).not.toBe(first);
  await testPool.refresh(first);
  testPool.clockMs += 11_000;
  await expect(testPool.refresh(first)).rejects.toEqual(errorNamed("RefreshTokenReuseException"));
  await testPool.refresh(second);
});

test("a revoked session issues no more tokens, and its access token is invalid", async () => {
  await testPool.createUser("londo");
  const { refresh: token, access } = await testPool.signIn("londo");
  const { refresh: elsewhere } = await testPool.signIn("londo");
  await testPool.client.send(
    new cognito.RevokeTokenCommand({ ...testPool.appClient, Token: token }),
  );
  await expect(testPool.refresh(token)).rejects.toEqual(errorNamed("NotAuthorizedException"));
  await expect(testPool.getUser(access)).rejects.toThrow("Access Token has been revoked");
  await testPool.refresh(elsewhere);
});

test("signing out everywhere ends every session", async () => {
  await testPool.createUser("londo");
  const here = await testPool.signIn("londo");
  const there = await testPool.signIn("londo");
  const AccessToken = await testPool.addOwnAccountScope(here.access);
  await testPool.client.send(new cognito.GlobalSignOutCommand({ AccessToken }));
  await expect(testPool.refresh(here.refresh)).rejects.toEqual(
    errorNamed("NotAuthorizedException"),
  );
  await expect(testPool.refresh(there.refresh)).rejects.toEqual(
    errorNamed("NotAuthorizedException"),
  );
});

test("invalid refresh tokens are refused", async () => {
  for (const token of ["", "a", "__proto__.x", "a.b.c", `${crypto.randomUUID()}.x`]) {
    await expect(testPool.refresh(token || " ")).rejects.toEqual(
      errorNamed("NotAuthorizedException"),
    );
  }
});
