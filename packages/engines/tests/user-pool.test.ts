import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { JwtVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startUserPool, type UserPool, type UserPoolOptions } from "../src/user-pool.ts";

const PASSWORD = "correct horse battery";

let pool: UserPool;
let client: cognito.CognitoIdentityProviderClient;
let clockMs = Date.now();
let dataDir: string;

async function open(options: UserPoolOptions = {}) {
  pool = await startUserPool({ now: () => clockMs, ...options });
  client = new cognito.CognitoIdentityProviderClient({
    endpoint: pool.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

beforeEach(async () => {
  clockMs = Date.now();
  dataDir = await mkdtemp(join(tmpdir(), "cruddur-pool-"));
  await open();
});

afterEach(async () => {
  client.destroy();
  await pool.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const ids = () => ({ ClientId: pool.clientId });
const signUp = (Username: string, email = `${Username}@example.com`) =>
  client.send(
    new cognito.SignUpCommand({
      ...ids(),
      Username,
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "preferred_username", Value: Username },
      ],
    }),
  );
const confirmSignUp = (Username: string, ConfirmationCode: string) =>
  client.send(new cognito.ConfirmSignUpCommand({ ...ids(), Username, ConfirmationCode }));
const signIn = async (USERNAME: string, PASSWORD_ = PASSWORD) => {
  const { AuthenticationResult } = await client.send(
    new cognito.InitiateAuthCommand({
      ...ids(),
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: PASSWORD_ },
    }),
  );
  return {
    access: AuthenticationResult?.AccessToken ?? "",
    id: AuthenticationResult?.IdToken ?? "",
    refresh: AuthenticationResult?.RefreshToken ?? "",
  };
};
const refresh = async (RefreshToken: string) => {
  const { AuthenticationResult } = await client.send(
    new cognito.GetTokensFromRefreshTokenCommand({ ...ids(), RefreshToken }),
  );
  return AuthenticationResult?.RefreshToken ?? "";
};
const lastCode = () => pool.mails().at(-1)?.code ?? "";
const createUser = (handle: string) =>
  pool.createUser({
    handle,
    email: `${handle}@example.com`,
    display_name: handle,
    password: PASSWORD,
  });
const refused = (name: string) => expect.objectContaining({ name });

describe("signing up", () => {
  test("a person confirms with the mailed code and signs in by handle or email, in any case", async () => {
    const { UserSub } = await signUp("Londo");
    await expect(signIn("londo")).rejects.toEqual(refused("UserNotConfirmedException"));
    await expect(confirmSignUp("londo", "nope")).rejects.toEqual(refused("CodeMismatchException"));
    await confirmSignUp("LONDO", lastCode());
    await signIn("londo");
    const { access } = await signIn("LONDO@example.com");
    const me = await client.send(new cognito.GetUserCommand({ AccessToken: access }));
    expect(me.Username).toBe("Londo");
    expect(me.UserAttributes).toContainEqual({ Name: "sub", Value: UserSub });
  });

  test("a handle and an email each belong to one person", async () => {
    await createUser("londo");
    await expect(signUp("LONDO")).rejects.toEqual(refused("UsernameExistsException"));
    await signUp("gkar", "Londo@Example.com");
    await expect(confirmSignUp("gkar", lastCode())).rejects.toEqual(
      refused("AliasExistsException"),
    );
  });

  test("a short password is refused and makes no user", async () => {
    const input = { ...ids(), Username: "vir", Password: "short" };
    await expect(client.send(new cognito.SignUpCommand(input))).rejects.toEqual(
      refused("InvalidPasswordException"),
    );
    await signUp("vir");
  });

  test("a code ends after a day, and a new one can be asked for", async () => {
    await signUp("vir");
    const old = lastCode();
    clockMs += 86_400_001;
    await expect(confirmSignUp("vir", old)).rejects.toEqual(refused("ExpiredCodeException"));
    await client.send(new cognito.ResendConfirmationCodeCommand({ ...ids(), Username: "vir" }));
    await confirmSignUp("vir", lastCode());
  });

  test("a code can't be guessed: five wrong ones and it is dead", async () => {
    await signUp("vir");
    for (let i = 0; i < 5; i += 1) {
      await expect(confirmSignUp("vir", "x")).rejects.toEqual(refused("CodeMismatchException"));
    }
    await expect(confirmSignUp("vir", lastCode())).rejects.toEqual(
      refused("LimitExceededException"),
    );
  });
});

describe("signing in", () => {
  test("an unknown person and a wrong password look alike", async () => {
    await createUser("londo");
    const unknown = await signIn("nobody").catch((error: Error) => error.message);
    const wrong = await signIn("londo", "wrong password").catch((error: Error) => error.message);
    expect(unknown).toBe("Incorrect username or password.");
    expect(wrong).toBe(unknown);
  });

  test("passwords can't be tried at will", async () => {
    await createUser("londo");
    for (let i = 0; i < 5; i += 1) await signIn("londo", "wrong password").catch(() => undefined);
    await expect(signIn("londo")).rejects.toThrow("Password attempts exceeded");
    clockMs += 2_000;
    await signIn("londo");
  });

  test("tokens verify against the published keys and carry Cognito's claims", async () => {
    const { sub } = await createUser("londo");
    const { access, id } = await signIn("londo");
    const verifier = JwtVerifier.create({
      issuer: pool.issuer,
      audience: null,
      jwksUri: pool.jwksUri,
    });
    verifier.cacheJwks((await (await fetch(pool.jwksUri)).json()) as Jwks);
    expect(verifier.verifySync(access)).toMatchObject({
      sub,
      client_id: pool.clientId,
      token_use: "access",
      username: "londo",
    });
    expect(verifier.verifySync(id)).toMatchObject({
      aud: pool.clientId,
      token_use: "id",
      preferred_username: "londo",
      email_verified: true,
    });
    const expired = await pool.signToken({ sub, exp: Math.floor(Date.now() / 1_000) - 10 });
    expect(() => verifier.verifySync(expired)).toThrow("expired");
  });

  test("a refresh token rotates: the old one works for a moment, then is refused", async () => {
    await createUser("londo");
    const { refresh: first } = await signIn("londo");
    const second = await refresh(first);
    expect(second).not.toBe(first);
    await refresh(first);
    clockMs += 11_000;
    await expect(refresh(first)).rejects.toEqual(refused("RefreshTokenReuseException"));
    await refresh(second);
  });

  test("a revoked session gives no more tokens, and its access token shows nobody", async () => {
    await createUser("londo");
    const { refresh: token, access } = await signIn("londo");
    const { refresh: elsewhere } = await signIn("londo");
    await client.send(new cognito.RevokeTokenCommand({ ...ids(), Token: token }));
    await expect(refresh(token)).rejects.toEqual(refused("NotAuthorizedException"));
    await expect(client.send(new cognito.GetUserCommand({ AccessToken: access }))).rejects.toThrow(
      "Access Token has been revoked",
    );
    await refresh(elsewhere);
  });

  test("signing out everywhere ends every session", async () => {
    await createUser("londo");
    const here = await signIn("londo");
    const there = await signIn("londo");
    await client.send(new cognito.GlobalSignOutCommand({ AccessToken: here.access }));
    await expect(refresh(here.refresh)).rejects.toEqual(refused("NotAuthorizedException"));
    await expect(refresh(there.refresh)).rejects.toEqual(refused("NotAuthorizedException"));
  });

  test("made-up tokens are refused, never a crash", async () => {
    for (const token of ["", "a", "__proto__.x", "a.b.c", `${crypto.randomUUID()}.x`]) {
      await expect(refresh(token || " ")).rejects.toEqual(refused("NotAuthorizedException"));
    }
  });
});

test("a forgotten password is replaced with the mailed code, once", async () => {
  await createUser("londo");
  await client.send(new cognito.ForgotPasswordCommand({ ...ids(), Username: "londo@example.com" }));
  const reset = new cognito.ConfirmForgotPasswordCommand({
    ...ids(),
    Username: "londo",
    ConfirmationCode: lastCode(),
    Password: "a brand new one",
  });
  await client.send(reset);
  await expect(client.send(reset)).rejects.toEqual(refused("ExpiredCodeException"));
  await expect(signIn("londo")).rejects.toEqual(refused("NotAuthorizedException"));
  await signIn("londo", "a brand new one");
});

test("forgotten passwords don't tell who exists", async () => {
  const answer = await client.send(
    new cognito.ForgotPasswordCommand({ ...ids(), Username: "nobody" }),
  );
  expect(answer.CodeDeliveryDetails?.DeliveryMedium).toBe("EMAIL");
  expect(pool.mails()).toHaveLength(0);
});

test("every page of the list of users is reached, each user once", async () => {
  const made = await Promise.all(Array.from({ length: 65 }, (_, i) => createUser(`user${i}`)));
  const input = { UserPoolId: pool.userPoolId, AttributesToGet: ["sub"] };
  const first = await client.send(new cognito.ListUsersCommand(input));
  expect(first.Users).toHaveLength(60);
  const subs: string[] = [];
  for await (const page of cognito.paginateListUsers({ client, pageSize: 20 }, input)) {
    for (const { Attributes = [] } of page.Users ?? []) {
      expect(Attributes).toHaveLength(1);
      subs.push(Attributes[0]?.Value ?? "");
    }
  }
  expect(subs.toSorted()).toEqual(made.map(({ sub }) => sub).toSorted());
  const found = await client.send(
    new cognito.ListUsersCommand({
      UserPoolId: pool.userPoolId,
      Filter: 'preferred_username ^= "USER1"',
    }),
  );
  expect(found.Users).toHaveLength(11);
});

test("an operator creates a user whose password must be set before it works", async () => {
  const user = { UserPoolId: pool.userPoolId, Username: "gkar" };
  await client.send(
    new cognito.AdminCreateUserCommand({
      ...user,
      UserAttributes: [{ Name: "email", Value: "gkar@example.com" }],
    }),
  );
  await expect(signIn("gkar")).rejects.toEqual(refused("NotAuthorizedException"));
  await client.send(
    new cognito.AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  );
  await signIn("gkar");
});

test("people, keys and sessions outlive a restart, and no password or token is on disk", async () => {
  await pool.stop();
  await open({ dataDir });
  await createUser("londo");
  await signUp("vir");
  const code = lastCode();
  const { refresh: token, access } = await signIn("londo");
  const { userPoolId, clientId, port } = pool;
  await pool.stop();
  await open({ dataDir, port });
  expect(pool).toMatchObject({ userPoolId, clientId });
  await refresh(token);
  await client.send(new cognito.GetUserCommand({ AccessToken: access }));
  await confirmSignUp("vir", code);
  const file = join(dataDir, "user-pool.json");
  const saved = await readFile(file, "utf8");
  expect(saved).not.toContain(PASSWORD);
  expect(saved).not.toContain(token);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, "mail.log"), "utf8")).toContain(code);
});
