import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { createAccountCodes } from "@cruddur/db/account-codes";
import { createDb } from "@cruddur/db/client";
import { createDevices } from "@cruddur/db/devices";
import { createPasskeyRecords } from "@cruddur/db/passkeys";
import { createProfiles } from "@cruddur/db/profiles";
import { createPushSubscriptions } from "@cruddur/db/push-subscriptions";
import { createReports } from "@cruddur/db/reports";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSessionRecords } from "@cruddur/db/session-records";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { createFastPathClient } from "@cruddur/ddb/fast-path-client";
import { createMessagesStore } from "@cruddur/ddb/store";
import { openLiveNotices } from "@cruddur/live-notices/open";
import { createMailer } from "@cruddur/owner-mails/create-mailer";
import { createOwnerMails } from "@cruddur/owner-mails/owner-mails";
import { createContext, type Services } from "./api/context.ts";
import { createCursors } from "./api/cursors.ts";
import { createPairs } from "./api/pairs.ts";
import { toPushService } from "./api/push.ts";
import { createAccountChanges } from "./auth/account-changes.ts";
import type { Audit } from "./auth/attempts.ts";
import { createIdentity } from "./auth/identity.ts";
import { createSecondFactor } from "./auth/second-factor.ts";
import { createSessionCookie } from "./auth/session-cookie.ts";
import { createSessions } from "./auth/sessions.ts";
import { createTokenVerifier } from "./auth/token-verifier.ts";
import { createUserPool } from "./auth/user-pool.ts";
import { createCache } from "./cache/create-cache.ts";
import type { Config } from "./config.ts";
import { createFastCalls } from "./http/fast-calls.ts";
import { createHealth } from "./http/health.ts";
import { createRoutes } from "./http/routes.ts";
import { createHttpServer } from "./http/server.ts";
import { loadStaticFiles } from "./http/static-files.ts";
import { createTrpcHandler } from "./http/trpc-handler.ts";
import { createLimits } from "./limits/limits.ts";
import { createPageBudget } from "./limits/page-budget.ts";
import { createLive } from "./live/live.ts";
import { createSseTransport } from "./live/sse-transport.ts";
import { observeDynamoDb } from "./observe/dynamodb.ts";
import type { Logger } from "./observe/logger.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import { createReporter } from "./observe/reporter.ts";
import { noSpans } from "./observe/spans.ts";
import { createPeople } from "./people/people.ts";

/** A server that is ready to listen. */
export interface Composition {
  server: Server;
  services: Services;
  metrics: Metrics;
  /** Ends the live connections and tells browsers when to reconnect. Call before `server.close()`. */
  endLiveConnections(): void;
  /** Releases everything that the server holds. Call when no request is running any more. */
  close(): Promise<void>;
}

const PRUNE_MS = 6 * 3600 * 1000;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The composition root: builds every part of the server from its configuration. */
export async function compose(config: Config, logger: Logger): Promise<Composition> {
  const serverId = randomUUID();
  const onError = (error: unknown) => logger.warn({ err: error }, "background work failed");
  const metrics = createMetrics();
  const spans =
    config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? noSpans
      : (await import("./observe/otlp-spans.ts")).createSpans({
          endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
          serviceName: config.OTEL_SERVICE_NAME,
          ratio: config.OTEL_TRACES_SAMPLER_ARG,
        });

  const postgres = createDb({
    connectionUrl: config.CONNECTION_URL,
    max: config.POSTGRES_MAX_CONNECTIONS,
    onError,
  });
  const notices = await openLiveNotices({
    connectionUrl: config.CONNECTION_URL,
    liveUrl: config.LIVE_URL,
    onError,
  });
  const dynamoDb = createFastPathClient(
    createDynamoDbClient({
      endpoint: config.AWS_ENDPOINT_URL,
      region: config.AWS_REGION,
      // At AWS the SDK also finds session tokens and roles, so nothing is chosen for it.
      ...(config.AWS_ENDPOINT_URL !== undefined && { credentials: credentialsFrom(config) }),
    }),
    { onCall: observeDynamoDb(metrics, spans) },
  );
  const store = createMessagesStore({
    client: dynamoDb,
    tableName: config.MESSAGES_TABLE,
    onCorruptItem: (item) => logger.warn(item, "an item can't be read"),
  });
  const users = createUsers(postgres.db);
  const profiles = createProfiles(postgres.db);
  const cache = await createCache(config, onError);
  const people = createPeople({ users, cache, ttlSeconds: config.CACHE_TTL_SECONDS });

  const pool = {
    region: config.AWS_REGION,
    userPoolId: config.AWS_COGNITO_USER_POOL_ID,
    clientId: config.AWS_COGNITO_CLIENT_ID,
    clientSecret: config.AWS_COGNITO_CLIENT_SECRET,
    endpoint: config.AWS_COGNITO_ENDPOINT_URL,
    credentials: credentialsFrom({
      AWS_ACCESS_KEY_ID: config.AWS_COGNITO_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: config.AWS_COGNITO_SECRET_ACCESS_KEY,
    }),
  };
  const userPool = createUserPool(pool);
  const verifier = createTokenVerifier(pool);
  const records = createSessionRecords(postgres.db);
  const securityEvents = createSecurityEvents(postgres.db);
  const reports = createReports(postgres.db);
  const devices = createDevices(postgres.db);
  const subscriptions = createPushSubscriptions(postgres.db);
  const codes = createAccountCodes(postgres.db);
  const passkeyRecords = createPasskeyRecords(postgres.db);
  const mailer = await createMailer(config);
  const mails = createOwnerMails({ mailer, users, webOrigin: config.WEB_ORIGIN, onError });
  const audit: Audit = (event) => void securityEvents.append(event).catch(onError);
  const identity = createIdentity({ verifier, users, records, userPool });

  const limits = createLimits({
    serverId,
    rates: {
      sends: config.LIMIT_SENDS,
      signIns: config.LIMIT_SIGN_INS,
      accounts: config.LIMIT_ACCOUNTS,
      codes: config.LIMIT_CODES,
      searches: config.LIMIT_SEARCHES,
      lookups: config.LIMIT_LOOKUPS,
      groups: config.LIMIT_GROUPS,
      typing: config.LIMIT_TYPING,
      userReports: config.LIMIT_USER_REPORTS,
      reports: config.LIMIT_REPORTS,
      requests: config.LIMIT_REQUESTS,
      reads: config.LIMIT_READS,
      changes: config.LIMIT_CHANGES,
      names: config.LIMIT_NAMES,
      exports: config.LIMIT_EXPORTS,
      connections: config.LIMIT_CONNECTIONS,
    },
    notices,
  });
  const pages = createPageBudget();
  const live = createLive({
    store,
    people,
    serverId,
    maxConnections: config.LIVE_MAX_CONNECTIONS,
    maxConnectionsPerUser: config.LIVE_MAX_CONNECTIONS_PER_USER,
    onSignedOut: identity.forget,
    onError,
    notices,
  });

  const secondFactor = createSecondFactor({
    ...{ userPool, codes, users },
    onRecovered(user_uuid, use) {
      audit({ event: "recovery_code", outcome: "ok", user_uuid, ...use });
      mails.tell(user_uuid, "recovery_code", use);
    },
  });
  const sessions = createSessions({
    ...{ userPool, identity, people, records, devices, users, audit },
    passkeys: passkeyRecords,
    publishEnd: (end) => live.publish({ type: "signed_out", ...end }),
    onReuse(session) {
      logger.warn(session, "a spent refresh token was sent; its session ended");
      const { user_uuid } = session;
      audit({ event: "refresh_token_reuse", outcome: "session_ended", user_uuid });
      mails.tell(user_uuid, "refresh_token_reuse");
    },
  });
  const { ownAccount, passkeys, ownData } = createAccountChanges({
    ...{ userPool, users, people, sessions, codes, mails, passkeys: passkeyRecords },
    ...{ source: { store, users }, db: postgres.db },
    ...{ webOrigin: config.WEB_ORIGIN, secret: config.CURSOR_SECRET },
  });
  const prune = () =>
    Promise.all(
      [records, securityEvents, reports, devices, codes, subscriptions].map((each) => each.prune()),
    ).catch(onError);
  const pruning = setInterval(prune, PRUNE_MS);
  pruning.unref();

  const reporter = createReporter({ logger, metrics, spans });
  const services: Services = {
    auth: identity,
    store,
    people,
    profiles,
    sessions,
    ownAccount,
    passkeys,
    ownData,
    reports,
    push: toPushService(config, subscriptions),
    limits,
    pages,
    cursors: createCursors(config.CURSOR_SECRET),
    pairs: createPairs(),
    live,
    observe: reporter.observer,
  };
  const transport = createSseTransport({
    createContext: (request, scope) =>
      createContext(services, request.headers.authorization, scope),
    onError: reporter.onLiveConnectionFailed,
  });
  const cookie = createSessionCookie({
    secure: config.WEB_ORIGIN.startsWith("https:"),
    secret: config.CURSOR_SECRET,
  });
  const shared = { sessions, users, mails, cookie, audit, limits, webOrigin: config.WEB_ORIGIN };
  const routes = createRoutes({
    session: { ...shared, identity, ownAccount, devices, secondFactor, passkeys },
    account: { ...shared, userPool, devices },
    ownAccount: { ...shared, identity, account: ownAccount, passkeys, ownData },
    security: {
      ...shared,
      contact: config.SECURITY_CONTACT,
      onViolation: (directive) => metrics.cspViolations.inc({ directive }),
    },
    avatars: profiles,
    trpc: createTrpcHandler({ services, onError: reporter.onCallFailed }),
    health: createHealth({
      postgres: { check: () => postgres.isHealthy() },
      dynamodb: {
        check: async () => {
          await store.getMembership({ user_uuid: NOBODY, message_group_uuid: NOBODY });
          return true;
        },
      },
      // With the pool's keys at hand, tokens are verified even while the pool is down.
      user_pool: { check: () => verifier.hydrate().then(() => true) },
      notifications: { check: async () => notices.isConnected(), optional: true },
      cache: { check: async () => cache.isHealthy(), optional: true },
    }),
    files: loadStaticFiles(config.WEB_ROOT ?? findWebRoot()),
    onError: reporter.onRouteFailed,
  });
  const server = createHttpServer({
    routes,
    live: transport,
    fastCalls: createFastCalls(services, reporter.onCallFailed),
    limits,
    webOrigin: config.WEB_ORIGIN,
    trustedProxies: config.TRUSTED_PROXIES,
    traced: reporter.traced,
    onFinished: reporter.onFinished,
  });

  metrics.state.liveConnections = live.countConnections;
  metrics.state.listening = notices.isConnected;
  // Browsers that connect before the notices of other servers arrive would miss events.
  await Promise.all([verifier.hydrate().catch(onError), notices.ready()]);

  return {
    server,
    services,
    metrics,
    endLiveConnections() {
      transport.sendReconnectDelays();
      live.close();
    },
    async close() {
      transport.close();
      clearInterval(pruning);
      limits.close();
      await limits.share().catch(() => {});
      await notices.close();
      await postgres.close();
      dynamoDb.destroy();
      userPool.close();
      cache.close();
      await spans.shutdown();
    },
  };
}

/** The built web app: next to the sources, or next to the bundle in a container. */
function findWebRoot(): string {
  const places = ["../../web/dist", "../web", "./web"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? "web";
}
