import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { errorNamed, PASSWORD, useTestPool } from "./test-pool.ts";

const testPool = useTestPool();

describe("signing up", () => {
  test("a user confirms with the mailed code and signs in by handle or email, ignoring case", async () => {
    const { UserSub } = await testPool.signUp("Londo");
    await expect(testPool.signIn("londo")).rejects.toEqual(errorNamed("UserNotConfirmedException"));
    await expect(testPool.confirmSignUp("londo", "nope")).rejects.toEqual(
      errorNamed("CodeMismatchException"),
    );
    await testPool.confirmSignUp("LONDO", testPool.lastCode());
    await testPool.signIn("londo");
    const { access } = await testPool.signIn("LONDO@example.com");
    const me = await testPool.getUser(access);
    expect(me.Username).toBe("Londo");
    expect(me.UserAttributes).toContainEqual({ Name: "sub", Value: UserSub });
  });

  test("a handle and an email address each belong to one user", async () => {
    await testPool.createUser("londo");
    await expect(testPool.signUp("LONDO")).rejects.toEqual(errorNamed("UsernameExistsException"));
    await testPool.signUp("gkar", "Londo@Example.com");
    await expect(testPool.confirmSignUp("gkar", testPool.lastCode())).rejects.toEqual(
      errorNamed("AliasExistsException"),
    );
  });

  test("a short password is refused and creates no user", async () => {
    const input = { ...testPool.appClientFor("vir"), Password: "short" };
    await expect(testPool.client.send(new cognito.SignUpCommand(input))).rejects.toEqual(
      errorNamed("InvalidPasswordException"),
    );
    await testPool.signUp("vir");
  });

  test("a code expires after a day, and a new one can be requested", async () => {
    await testPool.signUp("vir");
    const old = testPool.lastCode();
    testPool.clockMs += 86_400_001;
    await expect(testPool.confirmSignUp("vir", old)).rejects.toEqual(
      errorNamed("ExpiredCodeException"),
    );
    await testPool.client.send(
      new cognito.ResendConfirmationCodeCommand({ ...testPool.appClientFor("vir") }),
    );
    await testPool.confirmSignUp("vir", testPool.lastCode());
  });

  test("a code is invalid after five wrong attempts, so that it cannot be guessed", async () => {
    await testPool.signUp("vir");
    for (let i = 0; i < 5; i += 1) {
      await expect(testPool.confirmSignUp("vir", "x")).rejects.toEqual(
        errorNamed("CodeMismatchException"),
      );
    }
    await expect(testPool.confirmSignUp("vir", testPool.lastCode())).rejects.toEqual(
      errorNamed("LimitExceededException"),
    );
  });
});

test("a forgotten password is replaced with the mailed code, which works once", async () => {
  await testPool.createUser("londo");
  await testPool.client.send(
    new cognito.ForgotPasswordCommand({ ...testPool.appClientFor("londo@example.com") }),
  );
  const reset = new cognito.ConfirmForgotPasswordCommand({
    ...testPool.appClientFor("londo"),
    ConfirmationCode: testPool.lastCode(),
    Password: "a brand new one",
  });
  await testPool.client.send(reset);
  await expect(testPool.client.send(reset)).rejects.toEqual(errorNamed("ExpiredCodeException"));
  await expect(testPool.signIn("londo")).rejects.toEqual(errorNamed("NotAuthorizedException"));
  await testPool.signIn("londo", "a brand new one");
});

test("the answer to a forgotten password does not reveal which users exist", async () => {
  const answer = await testPool.client.send(
    new cognito.ForgotPasswordCommand({ ...testPool.appClientFor("nobody") }),
  );
  expect(answer.CodeDeliveryDetails?.DeliveryMedium).toBe("EMAIL");
  expect(testPool.pool.mails()).toHaveLength(0);
});

test("the pages of the list of users contain each user once", async () => {
  const made = await Promise.all(
    Array.from({ length: 65 }, (_, i) => testPool.createUser(`user${i}`)),
  );
  const input = { UserPoolId: testPool.pool.userPoolId, AttributesToGet: ["sub"] };
  const first = await testPool.client.send(new cognito.ListUsersCommand(input));
  expect(first.Users).toHaveLength(60);
  const subs: string[] = [];
  for await (const page of cognito.paginateListUsers(
    { client: testPool.client, pageSize: 20 },
    input,
  )) {
    for (const { Attributes = [] } of page.Users ?? []) {
      expect(Attributes).toHaveLength(1);
      subs.push(Attributes[0]?.Value ?? "");
    }
  }
  expect(subs.toSorted()).toEqual(made.map(({ sub }) => sub).toSorted());
  const found = await testPool.client.send(
    new cognito.ListUsersCommand({
      UserPoolId: testPool.pool.userPoolId,
      Filter: 'preferred_username ^= "USER1"',
    }),
  );
  expect(found.Users).toHaveLength(11);
});

test("a user whom an operator creates can sign in once a password is set", async () => {
  const user = { UserPoolId: testPool.pool.userPoolId, Username: "gkar" };
  await testPool.client.send(
    new cognito.AdminCreateUserCommand({
      ...user,
      UserAttributes: [{ Name: "email", Value: "gkar@example.com" }],
    }),
  );
  await expect(testPool.signIn("gkar")).rejects.toEqual(errorNamed("NotAuthorizedException"));
  await testPool.client.send(
    new cognito.AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  );
  await testPool.signIn("gkar");
});

test("users, keys and sessions are kept for the next start, without passwords and tokens", async () => {
  await testPool.pool.stop();
  await testPool.open({ dataDir: testPool.dataDir });
  await testPool.createUser("londo");
  await testPool.signUp("vir");
  const code = testPool.lastCode();
  const { refresh: token, access } = await testPool.signIn("londo");
  const { userPoolId, clientId, clientSecret, port } = testPool.pool;
  await testPool.pool.stop();
  await testPool.open({ dataDir: testPool.dataDir, port });
  expect(testPool.pool).toMatchObject({ userPoolId, clientId, clientSecret });
  await testPool.refresh(token);
  await testPool.getUser(access);
  await testPool.confirmSignUp("vir", code);
  const file = join(testPool.dataDir, "user-pool.json");
  const saved = await readFile(file, "utf8");
  expect(saved).not.toContain(PASSWORD);
  expect(saved).not.toContain(token);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(join(testPool.dataDir, "mail.log"), "utf8")).toContain(code);
});
