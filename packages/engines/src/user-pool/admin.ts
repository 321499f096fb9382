import { z } from "zod";
import { addUser, attributeListSchema, confirm, usernameSchema } from "./accounts.ts";
import {
  attributesFromWire,
  attributesToWire,
  checkPool,
  findByEmail,
  findUser,
  type PoolContext,
} from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { preferences, setSecondFactor } from "./own-account.ts";
import { checkPasswordPolicy, hashPassword } from "./passwords.ts";
import type { PoolAccount } from "./state.ts";
import { hasSecondFactor } from "./totp.ts";

const LIST_MAX_ITEMS = 60;

const inPool = z.object({ UserPoolId: z.string() });
const byName = inPool.extend({ Username: usernameSchema });

export const adminActions: Record<string, Action> = {
  ListUsers: defineAction(
    inPool.extend({
      Limit: z.int().min(0).max(LIST_MAX_ITEMS).optional(),
      PaginationToken: z.string().optional(),
      Filter: z.string().optional(),
      AttributesToGet: z.array(z.string()).optional(),
    }),
    async (context, { UserPoolId, Limit, PaginationToken, Filter, AttributesToGet }) => {
      checkPool(context, UserPoolId);
      const matches = parseFilter(Filter);
      // Ordered by `sub`, which never changes, so that a page token stays valid when users change.
      const after = PaginationToken === undefined ? "" : decodeToken(PaginationToken);
      const rest = Object.values(context.store.state.users)
        .filter((user) => user.sub > after && matches(user))
        .sort((a, b) => (a.sub < b.sub ? -1 : 1));
      const page = rest.slice(0, Limit || LIST_MAX_ITEMS);
      const last = page.at(-1);
      const more = last !== undefined && rest.length > page.length;
      return {
        Users: page.map((user) => describe(user, "Attributes", AttributesToGet)),
        ...(more ? { PaginationToken: Buffer.from(last.sub).toString("base64url") } : {}),
      };
    },
  ),

  AdminCreateUser: defineAction(
    byName.extend({
      UserAttributes: attributeListSchema,
      TemporaryPassword: z.string().optional(),
    }),
    async (context, { UserPoolId, Username, UserAttributes, TemporaryPassword }) => {
      checkPool(context, UserPoolId);
      if (TemporaryPassword !== undefined) checkPasswordPolicy(TemporaryPassword);
      const passwordHash =
        TemporaryPassword === undefined ? null : await hashPassword(TemporaryPassword);
      const user = addUser(context, Username, attributesFromWire(UserAttributes));
      user.passwordHash = passwordHash;
      user.status = "FORCE_CHANGE_PASSWORD";
      await context.store.save();
      return { User: describe(user, "Attributes") };
    },
  ),

  AdminSetUserPassword: defineAction(
    byName.extend({ Password: z.string(), Permanent: z.boolean().default(false) }),
    async (context, { UserPoolId, Username, Password, Permanent }) => {
      checkPool(context, UserPoolId);
      checkPasswordPolicy(Password);
      const passwordHash = await hashPassword(Password);
      const user = getUser(context, Username);
      user.passwordHash = passwordHash;
      user.status = Permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
      user.modifiedAtMs = context.now();
      await context.store.save();
      return {};
    },
  ),

  AdminConfirmSignUp: defineAction(byName, async (context, { UserPoolId, Username }) => {
    checkPool(context, UserPoolId);
    const user = getUser(context, Username);
    if (user.status !== "UNCONFIRMED") {
      throw new CognitoError(
        "NotAuthorizedException",
        `User cannot be confirmed. Current status is ${user.status}`,
      );
    }
    await confirm(context, user);
    return {};
  }),

  AdminGetUser: defineAction(byName, async (context, { UserPoolId, Username }) => {
    checkPool(context, UserPoolId);
    return describe(getUser(context, Username), "UserAttributes");
  }),

  AdminUserGlobalSignOut: defineAction(byName, async (context, { UserPoolId, Username }) => {
    checkPool(context, UserPoolId);
    await context.tokens.revokeAll(getUser(context, Username).sub);
    return {};
  }),

  AdminUpdateUserAttributes: defineAction(
    byName.extend({ UserAttributes: attributeListSchema }),
    async (context, { UserPoolId, Username, UserAttributes }) => {
      checkPool(context, UserPoolId);
      const user = getUser(context, Username);
      const { sub: _, ...changes } = attributesFromWire(UserAttributes);
      const owner = changes.email && findByEmail(context, changes.email);
      if (owner && owner !== user) {
        throw new CognitoError("AliasExistsException", "Already found an entry for the email.");
      }
      // A new address is not verified, unless the administrator says so.
      const email_verified = changes.email === undefined ? {} : { email_verified: "false" };
      Object.assign(user.attributes, email_verified, changes);
      user.modifiedAtMs = context.now();
      await context.store.save();
      return {};
    },
  ),

  AdminSetUserMFAPreference: defineAction(
    byName.extend(preferences),
    async (context, { UserPoolId, Username, ...settings }) => {
      checkPool(context, UserPoolId);
      return setSecondFactor(context, getUser(context, Username), settings);
    },
  ),

  AdminDeleteUser: defineAction(byName, async (context, { UserPoolId, Username }) => {
    checkPool(context, UserPoolId);
    const user = getUser(context, Username);
    delete context.store.state.users[user.username.toLowerCase()];
    await context.tokens.revokeAll(user.sub);
    return {};
  }),
};

function getUser(context: PoolContext, username: string): PoolAccount {
  const user = findUser(context, username);
  if (user === undefined) throw new CognitoError("UserNotFoundException", "User does not exist.");
  return user;
}

function describe(
  user: PoolAccount,
  attributesName: "Attributes" | "UserAttributes",
  only?: readonly string[],
) {
  return {
    Username: user.username,
    [attributesName]: attributesToWire(user, only),
    UserCreateDate: user.createdAtMs / 1_000,
    UserLastModifiedDate: user.modifiedAtMs / 1_000,
    Enabled: true,
    UserStatus: user.status,
    ...(attributesName === "UserAttributes" &&
      hasSecondFactor(user) && { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] }),
  };
}

/** Parses a filter of Cognito: `name = "value"`, or `name ^= "value"` for a prefix. */
function parseFilter(filter: string | undefined): (user: PoolAccount) => boolean {
  if (filter === undefined || filter.trim() === "") return () => true;
  const parsed = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter);
  if (parsed === null)
    throw new CognitoError("InvalidParameterException", "Error while parsing filter.");
  const [, name = "", operator, quoted = ""] = parsed;
  const wanted = quoted.replace(/\\(.)/g, "$1").toLowerCase();
  return (user) => {
    const known: Record<string, string | undefined> = {
      ...user.attributes,
      sub: user.sub,
      username: user.username,
      "cognito:user_status": user.status,
    };
    const value = known[name]?.toLowerCase();
    return operator === "=" ? value === wanted : value?.startsWith(wanted) === true;
  };
}

function decodeToken(token: string): string {
  const sub = Buffer.from(token, "base64url").toString();
  if (!/^[0-9a-f-]{36}$/.test(sub)) {
    throw new CognitoError("InvalidParameterException", "Invalid pagination token.");
  }
  return sub;
}
