import { join } from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { type PortOptions, PortTakenError, startOnFreePort } from "./ports.ts";
import { createEngineCredentials, type EngineCredentials } from "./request-guard.ts";
import { addUser, confirm } from "./user-pool/accounts.ts";
import { refuseInProduction } from "./user-pool/config.ts";
import { findUser, type PoolContext } from "./user-pool/context.ts";
import { createMailer, type Mail } from "./user-pool/mail.ts";
import { hashPassword, verifyPassword } from "./user-pool/passwords.ts";
import { addRoutes, refuseStrangers } from "./user-pool/routes.ts";
import { openState } from "./user-pool/state.ts";
import { createTokens } from "./user-pool/tokens.ts";

export type { Mail } from "./user-pool/mail.ts";

/** Tokens stay valid after a restart only on the same port, which is a part of the issuer. */
export interface UserPoolOptions extends PortOptions {
  /** Who may call the administrative actions. Default: new credentials. */
  credentials?: EngineCredentials | undefined;
  /** Holds `user-pool.json` (users, keys, sessions) and `mail.log`. Default: all is in memory. */
  dataDir?: string;
  /** Default: one hour, like that of Cognito. */
  accessTokenSeconds?: number;
  onMail?: (mail: Mail) => void;
  /** Whose pages may use passkeys, for example `http://localhost:3000`. Default: see `useWebOrigin`. */
  webOrigin?: string;
  /** Returns the time in milliseconds since the epoch. */
  now?: () => number;
}

export interface NewPoolUser {
  handle: string;
  email: string;
  display_name: string;
  password: string;
  /** Default: true. */
  confirmed?: boolean;
}

export type UserPoolVariables = Readonly<
  Record<
    | "AWS_COGNITO_ENDPOINT_URL"
    | "AWS_COGNITO_USER_POOL_ID"
    | "AWS_COGNITO_CLIENT_ID"
    | "AWS_COGNITO_CLIENT_SECRET"
    | "AWS_COGNITO_ACCESS_KEY_ID"
    | "AWS_COGNITO_SECRET_ACCESS_KEY",
    string
  >
>;

export interface LocalUserPool extends AsyncDisposable {
  /** For `AWS_COGNITO_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly port: number;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the administrative actions must be signed with. */
  readonly credentials: EngineCredentials;
  /** The variables with which the server finds and uses this pool. */
  readonly env: UserPoolVariables;
  readonly issuer: string;
  readonly jwksUri: string;
  /** The mails that Cognito would have sent, oldest first. */
  mails(): readonly Mail[];
  createUser(user: NewPoolUser): Promise<{ sub: string }>;
  /** Creates a confirmed user, or confirms an existing one and sets the password. */
  ensureUser(user: NewPoolUser): Promise<{ sub: string }>;
  /** Lets the pages of an origin use passkeys, where it isn't known before the pool has started. */
  useWebOrigin(origin: string): void;
  /** Ends the sessions and sign-ins of a user who has this password. @returns whether one has */
  removePassword(handle: string, password: string): Promise<boolean>;
  /**
   * Signs an access token with other claims than the default: `{ sub }` for a valid one, `{ exp }`
   * in the past, another `client_id`, `{ token_use: "id", aud }`. `undefined` omits a claim.
   */
  signToken(overrides: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a user pool with Amazon Cognito's JSON API on loopback. Throws in production. */
export async function startUserPool(options: UserPoolOptions = {}): Promise<LocalUserPool> {
  refuseInProduction();
  const { dataDir, accessTokenSeconds = 3_600, now = Date.now } = options;
  let { webOrigin } = options;
  const { credentials = createEngineCredentials() } = options;
  const inDataDir = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  const store = await openState(inDataDir("user-pool.json"));
  const { userPoolId, clientId, clientSecret } = store.state;
  const app = new Hono();
  let isReady = false;
  const { port, close } = await startOnFreePort(options, (candidate) =>
    listen(
      (request) => (isReady ? app.fetch(request) : new Response(null, { status: 503 })),
      candidate,
    ),
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const issuer = `${endpoint}/${userPoolId}`;
  const context: PoolContext = {
    store,
    tokens: await createTokens({ store, issuer, accessTokenSeconds, now }),
    mailer: createMailer({ file: inDataDir("mail.log"), onMail: options.onMail }),
    now,
    webOrigin: () => webOrigin,
  };
  refuseStrangers(app, { port, credentials });
  addRoutes(app, context);
  isReady = true;
  return {
    endpoint,
    port,
    userPoolId,
    clientId,
    clientSecret,
    credentials,
    env: {
      AWS_COGNITO_ENDPOINT_URL: endpoint,
      AWS_COGNITO_USER_POOL_ID: userPoolId,
      AWS_COGNITO_CLIENT_ID: clientId,
      AWS_COGNITO_CLIENT_SECRET: clientSecret,
      AWS_COGNITO_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_COGNITO_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    mails: () => context.mailer.mails(),
    signToken: (overrides) => context.tokens.sign(overrides),
    createUser: (user) => createUser(context, user),
    useWebOrigin(origin) {
      webOrigin = origin;
    },
    async ensureUser(wanted) {
      const user = findUser(context, wanted.handle);
      if (user === undefined) return createUser(context, wanted);
      user.passwordHash = await hashPassword(wanted.password);
      await confirm(context, user);
      return { sub: user.sub };
    },
    async removePassword(handle, password) {
      const user = findUser(context, handle);
      if (typeof user?.passwordHash !== "string") return false;
      if (!(await verifyPassword(password, user.passwordHash))) return false;
      user.passwordHash = null;
      await context.tokens.revokeAll(user.sub);
      return true;
    },
    stop: close,
    [Symbol.asyncDispose]: close,
  };
}

async function createUser(
  context: PoolContext,
  { handle, email, display_name, password, confirmed = true }: NewPoolUser,
): Promise<{ sub: string }> {
  const passwordHash = await hashPassword(password);
  const attributes = { email, preferred_username: handle, name: display_name };
  const user = addUser(context, handle, attributes);
  user.passwordHash = passwordHash;
  if (confirmed) await confirm(context, user);
  else await context.store.save();
  return { sub: user.sub };
}

async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: "127.0.0.1", port }, (info) => {
      const close = () =>
        new Promise<void>((done) => {
          server.close(() => done());
          if ("closeAllConnections" in server) server.closeAllConnections();
        });
      resolve({ port: info.port, close });
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port, { cause: error }) : error);
    });
  });
}
