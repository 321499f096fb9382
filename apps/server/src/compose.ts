import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { createDb } from "@cruddur/db/client";
import { createNotifications } from "@cruddur/db/notifications";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { withFastPath } from "@cruddur/ddb/fast-client";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Services } from "./api/context.ts";
import { createCursors } from "./api/cursors.ts";
import { createIdentity } from "./auth/identity.ts";
import { createSessionCookie } from "./auth/session-cookie.ts";
import { createSessions } from "./auth/sessions.ts";
import { createTokenVerifier } from "./auth/token-verifier.ts";
import { createUserPool } from "./auth/user-pool.ts";
import { createCache } from "./cache/create-cache.ts";
import type { Config } from "./config.ts";
import { createDirectQueries } from "./http/fast-queries.ts";
import { createHealth } from "./http/health.ts";
import { createApp } from "./http/routes.ts";
import { createHttpServer } from "./http/server.ts";
import { loadStaticFiles } from "./http/static-files.ts";
import { createContext, createTrpcHandler } from "./http/trpc-handler.ts";
import { createLimits } from "./limits/limits.ts";
import { createLive } from "./live/live.ts";
import { createLiveTransport } from "./live/sse-transport.ts";
import { observeDynamoDb } from "./observe/dynamodb.ts";
import type { Logger } from "./observe/logger.ts";
import { createMetrics, type Metrics } from "./observe/metrics.ts";
import { createReporter } from "./observe/reporter.ts";
import { noSpans } from "./observe/spans.ts";
import { followStream } from "./observe/stream-lag.ts";
import { createPeople } from "./people/people.ts";

/** A server ready to listen, and what it takes to end it. */
export interface Composition {
  server: Server;
  services: Services;
  metrics: Metrics;
  /** Ends the live streams with a hint to come back; call before `server.close()`. */
  endStreams(): void;
  /** Releases what the server holds, once no request is under way. */
  close(): Promise<void>;
}

const LIVE_CHANNEL = "cruddur_live";
const LIMITS_CHANNEL = "cruddur_limits";
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The composition root: every adapter is built here, from a configuration that was checked. */
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
  const notifications = createNotifications({ connectionUrl: config.CONNECTION_URL, onError });
  const dynamoDb = observeDynamoDb(
    withFastPath(
      createDynamoDbClient({ endpoint: config.AWS_ENDPOINT_URL, region: config.AWS_REGION }),
    ),
    metrics,
    spans,
  );
  const streamLag = followStream(
    createMessagesStore({
      client: dynamoDb,
      tableName: config.MESSAGES_TABLE,
      onCorruptItem: (item) => logger.warn(item, "an item can't be read"),
    }),
  );
  const { store } = streamLag;
  const users = createUsers(postgres.db);
  const cache = await createCache(config, onError);
  const people = createPeople({ users, cache, ttlSeconds: config.CACHE_TTL_SECONDS });

  const pool = {
    region: config.AWS_REGION,
    userPoolId: config.AWS_COGNITO_USER_POOL_ID,
    clientId: config.AWS_COGNITO_CLIENT_ID,
    endpoint: config.AWS_COGNITO_ENDPOINT_URL,
  };
  const userPool = createUserPool(pool);
  const verifier = createTokenVerifier(pool);
  const identity = createIdentity({ verifier, users, userPool });
  const sessions = createSessions({ userPool, identity, people });

  const limits = createLimits({
    serverId,
    rates: {
      sends: config.LIMIT_SENDS,
      signIns: config.LIMIT_SIGN_INS,
      accounts: config.LIMIT_ACCOUNTS,
      searches: config.LIMIT_SEARCHES,
      lookups: config.LIMIT_LOOKUPS,
      typing: config.LIMIT_TYPING,
      requests: config.LIMIT_REQUESTS,
    },
    channel: {
      publish: (payload) => notifications.publish(LIMITS_CHANNEL, payload),
      subscribe: (handler) => notifications.subscribe(LIMITS_CHANNEL, handler),
    },
  });
  const live = createLive({
    store,
    people,
    serverId,
    maxStreams: config.LIVE_MAX_STREAMS,
    maxStreamsPerUser: config.LIVE_MAX_STREAMS_PER_USER,
    onSignedOut: identity.revoke,
    onError,
    channel: {
      publish: (payload) => notifications.publish(LIVE_CHANNEL, payload),
      subscribe: (handler) => notifications.subscribe(LIVE_CHANNEL, handler),
      onReconnect: notifications.onReconnect,
    },
  });

  const report = createReporter({ logger, metrics, spans });
  const services: Services = {
    auth: identity,
    store,
    people,
    limits,
    cursors: createCursors(config.CURSOR_SECRET),
    live,
    observe: report.observe,
  };
  const transport = createLiveTransport({
    createContext: (request, scope) =>
      createContext(services, request.headers.authorization, scope),
    onError: report.streamFailed,
  });
  const app = createApp({
    session: {
      sessions,
      cookie: createSessionCookie({ secure: config.WEB_ORIGIN.startsWith("https:") }),
      limits,
      live,
      webOrigin: config.WEB_ORIGIN,
    },
    account: { userPool, users, limits, webOrigin: config.WEB_ORIGIN },
    trpc: createTrpcHandler({ services, onError: report.callFailed }),
    health: createHealth({
      postgres: { check: () => postgres.isHealthy() },
      dynamodb: {
        check: async () => {
          await store.getMembership({ user_uuid: NOBODY, message_group_uuid: NOBODY });
          return true;
        },
      },
      // With the keys at hand tokens are verified, whatever the pool does.
      user_pool: { check: () => verifier.hydrate().then(() => true) },
      notifications: { check: async () => notifications.isConnected(), optional: true },
      cache: { check: async () => cache.isHealthy(), optional: true },
    }),
    files: loadStaticFiles(config.WEB_ROOT ?? findWebRoot()),
    onError: report.routeFailed,
  });
  const server = createHttpServer({
    app,
    live: transport,
    direct: createDirectQueries(services, report.callFailed),
    limits,
    webOrigin: config.WEB_ORIGIN,
    trustedProxies: config.TRUSTED_PROXIES,
    traced: report.traced,
    onFinished: report.finished,
  });

  metrics.state.liveStreams = live.openStreams;
  metrics.state.listening = notifications.isConnected;
  metrics.state.streamLagSeconds = streamLag.seconds;
  // Browsers that connect before this server listens would miss what other servers tell.
  await Promise.all([verifier.hydrate().catch(onError), notifications.ready()]);

  return {
    server,
    services,
    metrics,
    endStreams() {
      transport.hintReconnect();
      live.close();
    },
    async close() {
      transport.close();
      streamLag.close();
      limits.close();
      await limits.share().catch(() => {});
      await notifications.close();
      await postgres.close();
      dynamoDb.destroy();
      userPool.close();
      cache.close();
      await spans.shutdown();
    },
  };
}

/** Beside the sources, or beside the bundle in a container. */
function findWebRoot(): string {
  const places = ["../../web/dist", "../web", "./web"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? "web";
}
