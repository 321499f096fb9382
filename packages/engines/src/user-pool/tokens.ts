import { createHash, randomBytes, randomUUID } from "node:crypto";
import { importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { CognitoError } from "./errors.ts";
import type { PoolAccount, PoolSession, StateStore } from "./state.ts";

/** The default lifetime of refresh tokens of a Cognito client: 30 days. */
const REFRESH_TOKEN_SECONDS = 30 * 86_400;
/** A rotated token stays valid for this time, so that a client can retry after a lost answer. */
const ROTATION_GRACE_SECONDS = 10;

/** Lets a token read and change its own account, past the server and its rules. */
const OWN_ACCOUNT_SCOPE = "aws.cognito.signin.user.admin";

interface AuthenticationResult {
  AccessToken: string;
  IdToken: string;
  ExpiresIn: number;
  TokenType: "Bearer";
  RefreshToken?: string;
}

export interface TokenIssuer {
  issuer: string;
  jwks(): { keys: Record<string, unknown>[] };
  /** Starts a session. Returns its three tokens. */
  issue(user: PoolAccount): Promise<AuthenticationResult>;
  /** Returns new access and id tokens, and a new refresh token in place of the one used. */
  refresh(
    refreshToken: string,
    userOf: (sub: string) => PoolAccount | undefined,
    /** Whether the new access token may act on its own account. Default: false. */
    isForOwnAccount?: boolean,
  ): Promise<AuthenticationResult>;
  /** Ends the session of a refresh token, and so invalidates its access tokens. */
  revoke(refreshToken: string): Promise<void>;
  revokeAll(sub: string): Promise<void>;
  /**
   * Returns the `sub` of an access token whose session lives and whose scope lets it act on its own account.
   * As of the deployed pool, only `refresh` gives a token that scope. Throws NotAuthorizedException.
   */
  verifyAccess(accessToken: string): Promise<string>;
  /** Signs an access token whose default claims are overridden; `undefined` omits a claim. */
  sign(overrides: Record<string, unknown>): Promise<string>;
}

export async function createTokens(options: {
  store: StateStore;
  issuer: string;
  accessTokenSeconds: number;
  now: () => number;
}): Promise<TokenIssuer> {
  const { store, issuer, accessTokenSeconds, now } = options;
  const { state } = store;
  const key = await importJWK(state.key, "RS256");
  const { n, e, kty, kid, alg, use } = state.key;
  const publicJwk = { n, e, kty, kid, alg, use };
  const publicKey = await importJWK(publicJwk, "RS256");
  const nowSeconds = () => Math.floor(now() / 1_000);

  const sign = (overrides: Record<string, unknown>): Promise<string> => {
    const iat = nowSeconds();
    const claims: JWTPayload = {
      sub: randomUUID(),
      iss: issuer,
      client_id: state.clientId,
      origin_jti: randomUUID(),
      token_use: "access",
      auth_time: iat,
      iat,
      exp: iat + accessTokenSeconds,
      jti: randomUUID(),
      ...overrides,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(key);
  };

  const mint = async (
    user: PoolAccount,
    originJti: string,
    session: PoolSession,
    scope?: string,
  ) => {
    const common = { sub: user.sub, origin_jti: originJti, auth_time: session.authTimeSeconds };
    const { email_verified, ...attributes } = user.attributes;
    return {
      AccessToken: await sign({ ...common, username: user.username, scope }),
      IdToken: await sign({
        ...common,
        ...attributes,
        email_verified: email_verified === "true",
        "cognito:username": user.username,
        token_use: "id",
        aud: state.clientId,
        client_id: undefined,
      }),
      ExpiresIn: accessTokenSeconds,
      TokenType: "Bearer" as const,
    };
  };

  const addRefreshToken = (originJti: string, session: PoolSession): string => {
    const token = `${originJti}.${randomBytes(32).toString("base64url")}`;
    for (const [hash, usableUntilMs] of Object.entries(session.tokens)) {
      // A used token is kept for an hour, to distinguish its reuse from a token that never existed.
      if (usableUntilMs !== null && usableUntilMs < now() - 3_600_000) delete session.tokens[hash];
    }
    session.tokens[hashToken(token)] = null;
    return token;
  };

  const endExpiredSessions = () => {
    for (const [originJti, { expiresAtMs }] of Object.entries(state.sessions)) {
      if (expiresAtMs <= now()) delete state.sessions[originJti];
    }
  };

  return {
    issuer,
    jwks: () => ({ keys: [publicJwk] }),
    sign,

    async issue(user) {
      endExpiredSessions();
      const originJti = randomUUID();
      const session: PoolSession = {
        sub: user.sub,
        authTimeSeconds: nowSeconds(),
        expiresAtMs: now() + REFRESH_TOKEN_SECONDS * 1_000,
        tokens: {},
      };
      const RefreshToken = addRefreshToken(originJti, session);
      state.sessions[originJti] = session;
      await store.save();
      return { ...(await mint(user, originJti, session)), RefreshToken };
    },

    async refresh(refreshToken, userOf, isForOwnAccount = false) {
      const originJti = sessionIdOf(refreshToken);
      const session = state.sessions[originJti];
      const hash = hashToken(refreshToken);
      if (session === undefined) {
        throw new CognitoError("NotAuthorizedException", "Refresh Token has been revoked");
      }
      const usableUntilMs = session.tokens[hash];
      const user = userOf(session.sub);
      if (usableUntilMs === undefined || user === undefined) {
        throw new CognitoError("NotAuthorizedException", "Invalid Refresh Token");
      }
      if (session.expiresAtMs <= now()) {
        throw new CognitoError("NotAuthorizedException", "Refresh Token has expired");
      }
      if (usableUntilMs !== null && usableUntilMs <= now()) {
        throw new CognitoError("RefreshTokenReuseException", "Refresh token reuse detected.");
      }
      session.tokens[hash] = usableUntilMs ?? now() + ROTATION_GRACE_SECONDS * 1_000;
      const RefreshToken = addRefreshToken(originJti, session);
      await store.save();
      const scope = isForOwnAccount ? OWN_ACCOUNT_SCOPE : undefined;
      return { ...(await mint(user, originJti, session, scope)), RefreshToken };
    },

    async revoke(refreshToken) {
      const originJti = sessionIdOf(refreshToken);
      if (state.sessions[originJti]?.tokens[hashToken(refreshToken)] === undefined) return;
      delete state.sessions[originJti];
      await store.save();
    },

    async revokeAll(sub) {
      for (const [originJti, session] of Object.entries(state.sessions)) {
        if (session.sub === sub) delete state.sessions[originJti];
      }
      await store.save();
    },

    async verifyAccess(accessToken) {
      const { payload } = await jwtVerify(accessToken, publicKey, {
        issuer,
        currentDate: new Date(now()),
      }).catch((error: unknown) => {
        const expired = error instanceof Error && error.name === "JWTExpired";
        const message = expired ? "Access Token has expired" : "Invalid Access Token";
        throw new CognitoError("NotAuthorizedException", message);
      });
      const { token_use, origin_jti, scope, sub } = payload;
      if (token_use !== "access" || typeof origin_jti !== "string" || sub === undefined) {
        throw new CognitoError("NotAuthorizedException", "Invalid Access Token");
      }
      if (state.sessions[origin_jti] === undefined) {
        throw new CognitoError("NotAuthorizedException", "Access Token has been revoked");
      }
      if (scope !== OWN_ACCOUNT_SCOPE) {
        throw new CognitoError(
          "NotAuthorizedException",
          "Access Token does not have required scopes",
        );
      }
      return sub;
    },
  };
}

const hashToken = (token: string) => createHash("sha256").update(token).digest("base64url");
const sessionIdOf = (refreshToken: string) => /^([0-9a-f-]{36})\./.exec(refreshToken)?.[1] ?? "";
