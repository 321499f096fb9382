import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { beforeEach, expect, test } from "vitest";
import { createSoftwarePasskey, type PasskeyAnswer } from "../src/software-passkey.ts";
import { errorNamed, useTestPool } from "./test-pool.ts";

const ORIGIN = "http://localhost:3000";
const testPool = useTestPool();
beforeEach(() => testPool.pool.useWebOrigin(ORIGIN));

const refused = errorNamed("NotAuthorizedException");

/** A person with the token that may act on the account. */
async function createOwner(handle: string): Promise<string> {
  await testPool.createUser(handle);
  return testPool.addOwnAccountScope((await testPool.signIn(handle)).access);
}

async function startRegistration(AccessToken: string) {
  const start = new cognito.StartWebAuthnRegistrationCommand({ AccessToken });
  const { CredentialCreationOptions } = await testPool.client.send(start);
  return CredentialCreationOptions as { challenge: string; rp: { id: string } };
}

const complete = (AccessToken: string, Credential: object) =>
  testPool.client.send(
    new cognito.CompleteWebAuthnRegistrationCommand({
      AccessToken,
      Credential: Credential as never,
    }),
  );

async function addPasskey(AccessToken: string) {
  const passkey = createSoftwarePasskey(ORIGIN);
  await complete(AccessToken, passkey.register(await startRegistration(AccessToken)));
  return passkey;
}

async function start(USERNAME: string) {
  const answer = await testPool.client.send(
    new cognito.InitiateAuthCommand({
      ClientId: testPool.pool.clientId,
      AuthFlow: "USER_AUTH",
      AuthParameters: {
        ...{ USERNAME, PREFERRED_CHALLENGE: "WEB_AUTHN" },
        SECRET_HASH: testPool.secretHash(USERNAME),
      },
    }),
  );
  const { CREDENTIAL_REQUEST_OPTIONS = "{}" } = answer.ChallengeParameters ?? {};
  const { challenge = "" } = JSON.parse(CREDENTIAL_REQUEST_OPTIONS) as { challenge?: string };
  return { name: answer.ChallengeName, session: answer.Session ?? "", challenge };
}

async function respond(USERNAME: string, Session: string, credential: PasskeyAnswer) {
  const { AuthenticationResult } = await testPool.client.send(
    new cognito.RespondToAuthChallengeCommand({
      ...{ ClientId: testPool.pool.clientId, ChallengeName: "WEB_AUTHN", Session },
      ChallengeResponses: {
        ...{ USERNAME, CREDENTIAL: JSON.stringify(credential) },
        SECRET_HASH: testPool.secretHash(USERNAME),
      },
    }),
  );
  return AuthenticationResult?.AccessToken;
}

test("a registered passkey signs in until it is deleted", async () => {
  const token = await createOwner("londo");
  const passkey = await addPasskey(token);
  const { session, challenge } = await start("londo");
  expect(await respond("londo", session, passkey.signIn({ challenge }))).toMatch(/^ey/);

  const list = new cognito.ListWebAuthnCredentialsCommand({ AccessToken: token });
  const { Credentials = [] } = await testPool.client.send(list);
  expect(Credentials.map(({ CredentialId }) => CredentialId)).toEqual([passkey.id]);
  const CredentialId = passkey.id;
  const remove = { AccessToken: token, CredentialId };
  await testPool.client.send(new cognito.DeleteWebAuthnCredentialCommand(remove));
  expect((await start("londo")).name).toBe("SELECT_CHALLENGE");
});

test("a challenge is answered once, for the page and the person that it was made for", async () => {
  const passkey = await addPasskey(await createOwner("londo"));
  const stranger = await addPasskey(await createOwner("vir"));
  const cases: [string, (challenge: string) => PasskeyAnswer, string][] = [
    [
      "another origin",
      (challenge) => passkey.signIn({ challenge, origin: "http://localhost:3001" }),
      "WebAuthnOriginNotAllowedException",
    ],
    [
      "another relying party",
      (challenge) => passkey.signIn({ challenge, rpId: "example.com" }),
      "NotAuthorizedException",
    ],
    ["another challenge", () => passkey.signIn({ challenge: "AAAA" }), "NotAuthorizedException"],
    [
      "nobody recognised",
      (challenge) => passkey.signIn({ challenge, isUserVerified: false }),
      "NotAuthorizedException",
    ],
    [
      "somebody else's passkey",
      (challenge) => stranger.signIn({ challenge }),
      "NotAuthorizedException",
    ],
    [
      "a key that wasn't registered",
      (challenge) => ({
        ...createSoftwarePasskey(ORIGIN).signIn({ challenge }),
        id: passkey.id,
        rawId: passkey.id,
      }),
      "NotAuthorizedException",
    ],
  ];
  for (const [what, answer, error] of cases) {
    const { session, challenge } = await start("londo");
    await expect(respond("londo", session, answer(challenge)), what).rejects.toEqual(
      errorNamed(error),
    );
    // A wrong answer ends the challenge, too.
    await expect(respond("londo", session, passkey.signIn({ challenge })), what).rejects.toEqual(
      refused,
    );
  }

  const { session, challenge } = await start("londo");
  const answer = passkey.signIn({ challenge });
  await expect(respond("vir", session, answer)).rejects.toEqual(refused);
  const again = await start("londo");
  const right = passkey.signIn({ challenge: again.challenge });
  await respond("londo", again.session, right);
  await expect(respond("londo", again.session, right)).rejects.toEqual(refused);
  const later = await start("londo");
  await expect(respond("londo", later.session, right)).rejects.toEqual(refused);
  testPool.clockMs += 181_000;
  const late = passkey.signIn({ challenge: later.challenge });
  await expect(respond("londo", later.session, late)).rejects.toEqual(refused);
});

test("a copied passkey, which counts less than was seen, is refused", async () => {
  const passkey = await addPasskey(await createOwner("londo"));
  const first = await start("londo");
  await respond("londo", first.session, passkey.signIn({ challenge: first.challenge, counter: 9 }));
  const { session, challenge } = await start("londo");
  const copy = passkey.signIn({ challenge, counter: 5 });
  await expect(respond("londo", session, copy)).rejects.toEqual(refused);
});

test("a passkey is registered once, for the page and the person that asked for it", async () => {
  const token = await createOwner("londo");
  const passkey = createSoftwarePasskey(ORIGIN);
  for (const wrong of [
    { origin: "http://evil.example" },
    { rpId: "example.com" },
    { isUserVerified: false },
  ]) {
    const { challenge } = await startRegistration(token);
    await expect(complete(token, passkey.register({ challenge, ...wrong }))).rejects.toThrow();
  }
  const { challenge, rp } = await startRegistration(token);
  expect(rp.id).toBe("localhost");
  const registration = passkey.register({ challenge });
  const other = await createOwner("vir");
  await expect(complete(other, registration)).rejects.toEqual(
    errorNamed("WebAuthnChallengeNotFoundException"),
  );
  await complete(token, registration);
  await expect(complete(token, registration)).rejects.toEqual(
    errorNamed("WebAuthnChallengeNotFoundException"),
  );
  const stolen = (await testPool.signIn("londo")).access;
  await expect(startRegistration(stolen)).rejects.toThrow("required scopes");
});

test("an account without a passkey, and one that doesn't exist, get the same challenge", async () => {
  await testPool.createUser("londo");
  const [known, unknown] = [await start("londo"), await start("nobody")];
  expect(known.name).toBe("SELECT_CHALLENGE");
  expect({ ...known, session: "" }).toEqual({ ...unknown, session: "" });
  expect(known.session.length).toBe(unknown.session.length);
});
