import { createSoftwarePasskey, type SoftwarePasskey } from "@cruddur/engines/software-passkey";
import { beforeAll, expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { appCode, createOwnAccountHelpers, nextAppCode } from "./support/own-account.ts";
import { PASSWORD, postJson, useServer } from "./support/stack.ts";

const ORIGIN = "http://localhost:3000";
const { stack, server } = useServer({
  LIMIT_SIGN_INS: "1000/60",
  LIMIT_CODES: "1000/60",
  LIMIT_ACCOUNTS: "1000/60",
});
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => {
  stack.pool.useWebOrigin(ORIGIN);
  Object.assign(helpers, createOwnAccountHelpers(stack, server));
});

type Owner = Awaited<ReturnType<typeof helpers.createPerson>>;
interface Registration {
  registration: string;
  options: { challenge: string };
}

async function startRegistration(owner: Owner, proof: object = { password: PASSWORD }) {
  const started = await helpers.call(owner, "/account/passkeys", proof);
  expect(started.app_code).toBeUndefined();
  return started.body as unknown as Registration;
}

const confirm = (owner: Owner, registration: string, credential: object) =>
  helpers.call(owner, "/account/passkeys/confirm", { registration, credential });

async function addPasskey(owner: Owner, proof?: object): Promise<SoftwarePasskey> {
  const passkey = createSoftwarePasskey(ORIGIN);
  const { registration, options } = await startRegistration(owner, proof);
  const added = await confirm(owner, registration, passkey.register(options));
  expect(added.status).toBe(204);
  return passkey;
}

async function start(handle: string) {
  const response = await postJson(`${server.url}/session/passkey`, { handle });
  expect(response.status).toBe(200);
  return (await response.json()) as {
    session: string;
    options: { challenge: string; rpId: string };
  };
}

async function answer(handle: string, session: string, credential: object) {
  const body = { handle, session, credential };
  const response = await postJson(`${server.url}/session/passkey/confirm`, body);
  const { app_code } = (await response.json()) as { app_code?: string };
  return app_code ?? response.status;
}

async function signInWith(passkey: SoftwarePasskey, handle: string) {
  const { session, options } = await start(handle);
  return answer(handle, session, passkey.signIn(options));
}

/** Sets another password with a code from the owner's mail. */
async function reset(handle: string): Promise<void> {
  await postJson(`${server.url}/account/forgot`, { handle });
  const code = stack.pool.mails().at(-1)?.code;
  const password = "another horse 9 Battery";
  const response = await postJson(`${server.url}/account/reset`, { handle, code, password });
  expect(response.status).toBe(204);
}

const passkeysOf = async ({ access_token }: Owner) =>
  (await createClient(server.url, access_token).users.security.query()).passkeys;

test("a passkey signs in, is listed with its uses, and signs in no more once it is removed", async () => {
  const owner = await helpers.createPerson("keyed");
  const passkey = await addPasskey(owner);
  expect(await passkeysOf(owner)).toMatchObject([{ last_used_at: null }]);
  expect(await signInWith(passkey, "keyed")).toBe(200);
  expect(await signInWith(passkey, owner.email)).toBe(200);
  const [listed] = await passkeysOf(owner);
  expect(listed?.last_used_at).toMatch(/^\d{4}-/);

  const proof = { password: PASSWORD, passkey_uuid: listed?.uuid };
  const removed = await helpers.call(owner, "/account/passkeys", proof, "DELETE");
  expect(removed.status).toBe(204);
  expect(await passkeysOf(owner)).toEqual([]);
  expect(await signInWith(passkey, "keyed")).toBe("passkey_refused");
  await expect
    .poll(async () => (await stack.mailsTo(owner.email)).join())
    .toMatch(/A passkey was added[\s\S]*A passkey was removed/);
});

test("adding and removing a passkey need the password, and a code where there is a second factor", async () => {
  const owner = await helpers.createPerson("proven");
  const passkey_uuid = crypto.randomUUID();
  const calls = (proof: object) =>
    Promise.all([
      helpers.call(owner, "/account/passkeys", proof),
      helpers.call(owner, "/account/passkeys", { ...proof, passkey_uuid }, "DELETE"),
    ]).then((answers) => answers.map(({ app_code }) => app_code));
  expect(await calls({ password: "guess" })).toEqual(["password_wrong", "password_wrong"]);
  const started = await helpers.call(owner, "/account/second-factor", { password: PASSWORD });
  const secret = started.body.secret ?? "";
  const code = appCode(secret);
  await helpers.call(owner, "/account/second-factor/confirm", { password: PASSWORD, code });
  const needed = "second_factor_required";
  expect(await calls({ password: PASSWORD })).toEqual([needed, needed]);

  // The passkey is two factors itself, so it signs in without a code.
  const passkey = await addPasskey(owner, { password: PASSWORD, code: nextAppCode(secret) });
  expect(await signInWith(passkey, "proven")).toBe(200);
});

test("a passkey still signs in after the second factor was turned on", async () => {
  const owner = await helpers.createPerson("later");
  const passkey = await addPasskey(owner);
  const started = await helpers.call(owner, "/account/second-factor", { password: PASSWORD });
  const code = appCode(started.body.secret ?? "");
  await helpers.call(owner, "/account/second-factor/confirm", { password: PASSWORD, code });
  expect(await signInWith(passkey, "later")).toBe(200);
});

test("a registration belongs to who began it, is tried once, and cannot be made up", async () => {
  const owner = await helpers.createPerson("beginner");
  const thief = await helpers.createPerson("thief");
  const passkey = createSoftwarePasskey(ORIGIN);
  const { registration, options } = await startRegistration(owner);
  expect(registration).not.toContain("eyJraWQ");
  const credential = passkey.register(options);
  const refused = async (who: Owner, sealed: string) =>
    expect((await confirm(who, sealed, credential)).app_code).toBe("passkey_refused");
  await refused(thief, registration);
  await refused(owner, withOtherEnd(registration));
  await refused(owner, "eyJhbGciOiJub25lIn0.e30.");
  expect((await confirm(owner, registration, credential)).status).toBe(204);
  await refused(owner, registration);
  expect(await passkeysOf(thief)).toEqual([]);
});

test("a replayed answer, and one of another page or person, is refused", async () => {
  const owner = await helpers.createPerson("replayed");
  const passkey = await addPasskey(owner);
  const stranger = await addPasskey(await helpers.createPerson("strange"));
  const { session, options } = await start("replayed");
  const right = passkey.signIn(options);
  expect(await answer("replayed", session, right)).toBe(200);
  expect(await answer("replayed", session, right)).toBe("passkey_refused");
  const attacks = [
    () => right,
    (challenge: string) => passkey.signIn({ challenge, origin: "http://localhost:3001" }),
    (challenge: string) => passkey.signIn({ challenge, rpId: "cruddur.example" }),
    (challenge: string) => stranger.signIn({ challenge }),
  ];
  for (const attack of attacks) {
    const next = await start("replayed");
    const outcome = await answer("replayed", next.session, attack(next.options.challenge));
    expect(outcome).toBe("passkey_refused");
  }
  const other = await start("replayed");
  expect(await answer("strange", other.session, stranger.signIn(other.options))).toBe(
    "passkey_refused",
  );
});

test("asking for a passkey doesn't say whether an account exists, or has one", async () => {
  await addPasskey(await helpers.createPerson("withone"));
  await helpers.createPerson("withnone");
  const shapes = [];
  for (const handle of ["withone", "withnone", "nobodyatall"]) {
    const { session, options } = await start(handle);
    const { challenge, ...rest } = options;
    shapes.push([session.length, challenge.length, rest]);
    const outsider = createSoftwarePasskey(ORIGIN);
    expect(await answer(handle, session, outsider.signIn(options))).toBe("passkey_refused");
  }
  expect(shapes[1]).toEqual(shapes[0]);
  expect(shapes[2]).toEqual(shapes[0]);
});

test("a password reset takes passkeys away, since a thief may have added one", async () => {
  const owner = await helpers.createPerson("robbed");
  const passkey = await addPasskey(owner);
  await reset("robbed");
  expect(await signInWith(passkey, "robbed")).toBe("passkey_refused");
});

test("a passkey that a reset took away stays so, though another account registers it again", async () => {
  const owner = await helpers.createPerson("robbedtwice");
  const passkey = await addPasskey(owner);
  await reset("robbedtwice");
  const thief = await helpers.createPerson("registrar");
  const { registration, options } = await startRegistration(thief);
  const again = await confirm(thief, registration, passkey.register(options));
  expect(again.status).toBe(204);
  expect(await signInWith(passkey, "robbedtwice")).toBe("passkey_refused");
  expect(await signInWith(passkey, "registrar")).toBe(200);

  const other = await helpers.createPerson("copier");
  const second = await startRegistration(other);
  const copied = await confirm(other, second.registration, passkey.register(second.options));
  expect(copied.app_code).toBe("passkey_refused");
});

test("neither a registration nor a credential is logged", async () => {
  const owner = await helpers.createPerson("quiet");
  const { registration, options } = await startRegistration(owner);
  const credential = createSoftwarePasskey(ORIGIN).register(options);
  await confirm(owner, registration, credential);
  const logs = server.logs();
  for (const text of [registration, credential.id, options.challenge]) {
    expect(logs).not.toContain(text);
  }
});

/** The token with another last letter but one, all of whose bits count in base64url. */
function withOtherEnd(token: string): string {
  const letter = token.at(-2) === "A" ? "B" : "A";
  return `${token.slice(0, -2)}${letter}${token.slice(-1)}`;
}
