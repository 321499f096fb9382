import { CognitoError } from "./errors.ts";
import type { Mailer } from "./mail.ts";
import type { PoolAccount, StateStore } from "./state.ts";
import type { TokenIssuer } from "./tokens.ts";

/** What every action uses. */
export interface PoolContext {
  store: StateStore;
  tokens: TokenIssuer;
  mailer: Mailer;
  now: () => number;
  /** The origin whose pages may use passkeys; its host is the relying party. undefined: none may. */
  webOrigin: () => string | undefined;
}

/** Finds a user by username or confirmed email, ignoring case, like a pool with the email alias. */
export function findUser(context: PoolContext, name: string): PoolAccount | undefined {
  const { users } = context.store.state;
  const key = name.toLowerCase();
  if (Object.hasOwn(users, key)) return users[key];
  return findByEmail(context, key);
}

export function findByEmail(context: PoolContext, email: string): PoolAccount | undefined {
  const key = email.toLowerCase();
  return Object.values(context.store.state.users).find(
    ({ attributes }) =>
      attributes.email_verified === "true" && attributes.email?.toLowerCase() === key,
  );
}

export function findBySub(context: PoolContext, sub: string): PoolAccount | undefined {
  return Object.values(context.store.state.users).find((user) => user.sub === sub);
}

export function checkPool(context: PoolContext, userPoolId: string): void {
  if (userPoolId !== context.store.state.userPoolId) {
    throw new CognitoError("ResourceNotFoundException", `User pool ${userPoolId} does not exist.`);
  }
}

export const attributesFromWire = (list: readonly { Name: string; Value?: string | undefined }[]) =>
  Object.fromEntries(list.map(({ Name, Value = "" }) => [Name, Value]));

/** The attributes in the form of the API, `sub` first. @param only the names to include; default: all */
export function attributesToWire(user: PoolAccount, only?: readonly string[]) {
  return Object.entries({ sub: user.sub, ...user.attributes })
    .filter(([name]) => only === undefined || only.includes(name))
    .map(([Name, Value]) => ({ Name, Value }));
}
