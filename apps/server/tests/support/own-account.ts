import { Secret, TOTP } from "otpauth";
import { createClient } from "./client.ts";
import { PASSWORD, postJson, type SignedIn, type Stack, signIn } from "./stack.ts";

/** What tests of people's own accounts do, on one server. */
export function createOwnAccountHelpers(stack: Stack, server: { url: string }) {
  return {
    /** A new account, signed in. */
    async createPerson(handle: string): Promise<SignedIn & { email: string }> {
      const email = `${handle}@example.com`;
      await stack.pool.createUser({ handle, email, display_name: handle, password: PASSWORD });
      return { ...(await signIn(server, handle)), email };
    },

    /** Calls a route under `/account`. @returns the status, and the code of a refusal or the answer */
    async call(
      { access_token }: { access_token: string },
      path: string,
      body: unknown,
      method = "POST",
    ): Promise<{ status: number; app_code?: string; body: Record<string, string> }> {
      const headers = { authorization: `Bearer ${access_token}` };
      const response = await postJson(`${server.url}${path}`, body, headers, method);
      const text = await response.text();
      const answer = (text === "" ? {} : JSON.parse(text)) as Record<string, string>;
      return { status: response.status, app_code: answer.app_code, body: answer };
    },

    /** The status of a call with the access token, and of a renewal with the cookie. */
    async stateOf({ access_token, cookie }: SignedIn): Promise<[call: number, renewal: number]> {
      const me = createClient(server.url, access_token).users.me.query();
      const call = await me.then(
        () => 200,
        (error: { data: { httpStatus: number } }) => error.data.httpStatus,
      );
      const renewal = await postJson(`${server.url}/session/refresh`, {}, { cookie });
      return [call, renewal.status];
    },
  };
}

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });

/** The code that an authenticator app shows. */
export const appCode = (secret: string): string => codeAt(secret, Date.now());

/**
 * The code that the app shows next, since each works once. The pool accepts the codes of 30 seconds
 * before and after, so neither this one nor the present one becomes invalid while a test sends it.
 */
export const nextAppCode = (secret: string): string => codeAt(secret, Date.now() + 30_000);
