import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccountCodes } from "@cruddur/db/account-codes";
import { createDb } from "@cruddur/db/client";
import { migrateDb } from "@cruddur/db/migrate";
import { createUsers } from "@cruddur/db/users";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { runProgram } from "../support.ts";

const PASSWORD = "correct horse 9 Battery";

/** What the answers of the user pool hold, as far as the test reads them. */
interface Answer {
  UserMFASettingList?: string[];
  SecretCode?: string;
  AuthenticationResult?: { AccessToken?: string };
}

test("turning a second factor off asks first, ends the person's sessions, is in the audit log and is told to the owner", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cruddur-second-factor-"));
  const [server, pool] = await Promise.all([startPostgres(), startUserPool()]);
  const connectionUrl = await createDatabase(server, "second_factor");
  await migrateDb(connectionUrl);
  const postgres = createDb({ connectionUrl });
  const users = createUsers(postgres.db);
  const mails = join(directory, "mail.log");
  const env = {
    ...{ CONNECTION_URL: connectionUrl, ...pool.env },
    ...{ WEB_ORIGIN: "http://localhost:3000", MAIL_FILE: mails },
  };
  const disable = (handle: string, ...args: string[]) =>
    runProgram("db", ["disable-second-factor", handle, ...args], env);

  const account = { handle: "locked", email: "locked@example.com", display_name: "Locked" };
  const { sub } = await pool.createUser({ ...account, password: PASSWORD });
  const person = { ...account, cognito_user_id: sub, email_verified: true };
  const { uuid } = await users.ensureUser(person);
  const callPool = async (operation: string, input: object = {}) => {
    const response = await fetch(pool.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${pool.credentials.accessKeyId}/`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ UserPoolId: pool.userPoolId, Username: "locked", ...input }),
    });
    return (await response.json()) as Answer;
  };
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  const { clientId: ClientId, clientSecret } = pool;
  const SECRET_HASH = createHmac("sha256", clientSecret)
    .update(`locked${ClientId}`)
    .digest("base64");
  const AuthParameters = { USERNAME: "locked", PASSWORD, SECRET_HASH };
  const signIn = { ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters };
  const { AuthenticationResult } = await callPool("InitiateAuth", signIn);
  const [, payload = ""] = AuthenticationResult?.AccessToken?.split(".") ?? [];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const scope = "aws.cognito.signin.user.admin";
  const AccessToken = await pool.signToken({ ...claims, scope });
  const { SecretCode = "" } = await callPool("AssociateSoftwareToken", { AccessToken });
  const UserCode = new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate();
  await callPool("VerifySoftwareToken", { AccessToken, UserCode });
  await callPool("AdminSetUserMFAPreference", { SoftwareTokenMfaSettings });
  await createAccountCodes(postgres.db).keepRecoveryCode(uuid, "a hash");
  expect((await callPool("AdminGetUser")).UserMFASettingList).toEqual(["SOFTWARE_TOKEN_MFA"]);

  expect(await disable("locked")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--yes"),
  });
  expect((await callPool("AdminGetUser")).UserMFASettingList).toEqual(["SOFTWARE_TOKEN_MFA"]);
  expect(await disable("nobody", "--yes")).toMatchObject({ exitCode: 1 });
  expect(await disable("@Locked", "--yes", "--json")).toMatchObject({
    exitCode: 0,
    stdout: JSON.stringify({ handle: "locked", second_factor: false, told: true }),
  });
  expect((await callPool("AdminGetUser")).UserMFASettingList).toBeUndefined();
  expect(await createAccountCodes(postgres.db).spendRecoveryCode(uuid, "a hash")).toBe(false);
  expect((await users.findUser(uuid))?.sessions_ended_at).not.toBeNull();
  const audit = await runProgram("db", ["audit", "locked", "--json"], env);
  expect(JSON.parse(audit.stdout)).toMatchObject([
    { event: "second_factor_off", outcome: "ok", device: "pnpm db" },
  ]);
  expect(await readFile(mails, "utf8")).toMatch(
    /to locked@example\.com: Two-step sign-in is off: /,
  );

  // Somebody else signs up under the user name of an account that was deleted.
  await callPool("AdminDeleteUser");
  const thief = { ...account, email: "thief@example.com", password: "another horse 9 Battery" };
  await pool.createUser(thief);
  expect(await disable("locked", "--yes")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("somebody else's"),
  });

  await postgres.close();
  await Promise.all([server.stop(), pool.stop()]);
  await rm(directory, { recursive: true });
});
