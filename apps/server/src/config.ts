import { randomBytes } from "node:crypto";
import { describeBadVariables, port, httpUrl as url, wholeNumber } from "@cruddur/contract/env";
import { DEFAULT_PUSH_SERVICES, isLoopbackService, pushServices } from "@cruddur/contract/push";
import { connectionUrlFromEnv } from "@cruddur/db/connection-url";
import { z } from "zod";

const count = wholeNumber(1, Number.MAX_SAFE_INTEGER, "must be a whole number, 1 or more");
const text = z.string().min(1);
/** `points/seconds`, as in `60/10`. */
const rate = (fallback: string) =>
  z
    .string()
    .regex(/^[1-9]\d*\/[1-9]\d*$/, "must look like 60/10 (times/seconds)")
    .default(fallback)
    .transform((value) => {
      const [points = 0, durationSeconds = 0] = value.split("/").map(Number);
      return { points, durationSeconds };
    });

/** Every variable the server reads; docs/operations/configure.md's table is generated from this. */
export const configSchema = z
  .object({
    NODE_ENV: z
      .enum(["development", "test", "production"])
      .default("development")
      .describe("`production` requires CURSOR_SECRET."),
    HOST: text.default("127.0.0.1").describe("Address to listen on."),
    PORT: port.default(3000).describe("Port to listen on; 0 takes a free one."),
    LISTEN_FDS: z
      .literal("1", "must be 1 or unset")
      .optional()
      .describe(
        "1 listens on the socket that the starter passed as file descriptor 3, as systemd does, instead of HOST and PORT.",
      ),
    SERVER_PROCESSES: wholeNumber(1, 256, "must be a whole number, 1 to 256")
      .default(1)
      .describe(
        "Server processes that share the port, one for each CPU that they may use; one that crashes is started again. What is said of a process elsewhere holds for each of them.",
      ),
    METRICS_PORT: port
      .optional()
      .describe("Port of the Prometheus listener (`/metrics`); unset turns it off."),
    METRICS_HOST: text.default("127.0.0.1").describe("Address of the Prometheus listener."),
    WEB_ORIGIN: url
      .default("http://localhost:3000")
      .transform((value) => new URL(value).origin)
      .describe("Public origin of the web app. https turns on Secure cookies and HSTS."),
    WEB_ROOT: text.optional().describe("Folder of the built web app; unset finds `apps/web/dist`."),
    TRUSTED_PROXIES: wholeNumber(0, 10, "must be a whole number, 0 to 10")
      .default(0)
      .describe(
        "Number of proxies in front that append to X-Forwarded-For; 0 uses the socket's address.",
      ),
    LOG_LEVEL: z
      .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
      .default("info")
      .describe("Least severe log line written."),
    AWS_REGION: text.default("us-east-1").describe("Region of the table and the user pool."),
    AWS_ENDPOINT_URL: url.optional().describe("DynamoDB endpoint; unset means AWS."),
    AWS_ACCESS_KEY_ID: text
      .optional()
      .describe("Credentials for AWS_ENDPOINT_URL. On AWS the SDK finds those of the task's role."),
    AWS_SECRET_ACCESS_KEY: text.optional().describe("Belongs to AWS_ACCESS_KEY_ID."),
    MESSAGES_TABLE: text.default("cruddur-messages").describe("Name of the DynamoDB table."),
    CONNECTION_URL: z
      .string("is required (or PGHOST, PGUSER, PGPASSWORD, PGDATABASE)")
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .describe("Postgres. The PG* variables may be given instead."),
    POSTGRES_MAX_CONNECTIONS: count.default(10).describe("Postgres connections of one process."),
    AWS_COGNITO_USER_POOL_ID: z
      .string("is required")
      .regex(/^[\w-]+_[0-9A-Za-z]+$/, "must look like us-east-1_AbC123")
      .describe("User pool that people sign in to."),
    AWS_COGNITO_CLIENT_ID: z
      .string("is required")
      .min(1)
      .describe("App client of the user pool; only its tokens are accepted."),
    AWS_COGNITO_CLIENT_SECRET: text
      .optional()
      .describe(
        "Secret of the app client. Give the client one: without it, anybody can sign up past the server.",
      ),
    AWS_COGNITO_ACCESS_KEY_ID: text
      .optional()
      .describe("Credentials for AWS_COGNITO_ENDPOINT_URL, for its administrative actions."),
    AWS_COGNITO_SECRET_ACCESS_KEY: text
      .optional()
      .describe("Belongs to AWS_COGNITO_ACCESS_KEY_ID."),
    AWS_COGNITO_ENDPOINT_URL: url.optional().describe("Local user pool; unset means AWS."),
    CURSOR_SECRET: z
      .string()
      .min(32, "must have at least 32 characters")
      .optional()
      .describe("Signs cursors; must be the same on all servers. Required in production."),
    MOMENTO_AUTH_TOKEN: text.optional().describe("Turns on the Momento cache."),
    MOMENTO_CACHE_NAME: text.default("cruddur").describe("Name of the Momento cache."),
    MOMENTO_TTL_SECONDS: count
      .default(600)
      .describe("How long Momento keeps an entry, in seconds."),
    CACHE_TTL_SECONDS: count
      .default(300)
      .describe("How long the in-process cache keeps a person, in seconds."),
    CACHE_MAX_ITEMS: count.default(50_000).describe("People that the in-process cache holds."),
    MAIL_FROM: z
      .email("must be an email address")
      .optional()
      .describe(
        "Sender of mails about the security of accounts, by Amazon SES. Unset: none is sent, and email addresses cannot be changed.",
      ),
    MAIL_FILE: text
      .optional()
      .describe("File that receives the mails instead of Amazon SES, on a developer's machine."),
    SECURITY_CONTACT: z
      .string()
      .regex(/^(?:mailto:|https:\/\/)\S+$/, "must begin with mailto: or https://")
      .optional()
      .describe("Where to report a vulnerability; turns on `/.well-known/security.txt`."),
    VAPID_PUBLIC_KEY: z
      .string()
      .regex(/^[\w-]{87}$/, "must be a public key of `pnpm db vapid-keys`")
      .optional()
      .describe("Key with which browsers subscribe to pushes; unset turns pushes off."),
    PUSH_SERVICES: pushServices
      .default(pushServices.parse(DEFAULT_PUSH_SERVICES))
      .describe(
        "Hosts of push services that browsers may subscribe at, separated by commas; unset means those of Chrome, Edge, Firefox and Safari.",
      ),
    LIMIT_SENDS: rate("60/10").describe("Sends per user."),
    LIMIT_SIGN_INS: rate("10/60").describe(
      "Sign-in attempts per account and address, and per known device; ten times that per address.",
    ),
    LIMIT_ACCOUNTS: rate("20/600").describe(
      "Sign-ups, codes and password resets, per address and per handle.",
    ),
    LIMIT_CODES: rate("20/86400").describe(
      "Codes sent and tried per account, and per known device; ten times that per address.",
    ),
    LIMIT_SEARCHES: rate("60/60").describe("People searches per user; ten times that per address."),
    LIMIT_LOOKUPS: rate("60/60").describe("Handle look-ups per user; ten times that per address."),
    LIMIT_GROUPS: rate("30/600").describe(
      "Groups that a user may make, and times that they may add people to one.",
    ),
    LIMIT_TYPING: rate("20/10").describe("Typing signals per user."),
    LIMIT_READS: rate("300/10").describe("Pages, searches and other reads per user."),
    LIMIT_CHANGES: rate("120/10").describe("Sends, read markers and other changes per user."),
    LIMIT_NAMES: rate("10/600").describe("Changes of the display name or picture per user."),
    LIMIT_EXPORTS: rate("3/86400").describe("Exports of their own data per user."),
    LIMIT_CONNECTIONS: rate("120/60").describe("Live connections that a user may begin."),
    LIMIT_USER_REPORTS: rate("20/3600").describe(
      "Reports of people and their messages that a user may make.",
    ),
    LIMIT_REPORTS: rate("60/60").describe("Browsers' reports of blocked content, per address."),
    LIMIT_REQUESTS: rate("6000/10").describe("Requests per address, of any kind."),
    LIVE_URL: z
      .url({
        protocol: /^(valkey|redis)s?$/,
        error: "must be a valkey://, valkeys://, redis:// or rediss:// URL",
      })
      .optional()
      .describe(
        "Valkey, or Redis 7 or later, that carries live notices and limits between servers; `valkeys://` uses TLS, `?cluster` at the end means a cluster. Unset uses Postgres. The same on all servers.",
      ),
    LIVE_MAX_CONNECTIONS: count
      .default(20_000)
      .describe("Live connections that one process accepts."),
    LIVE_MAX_CONNECTIONS_PER_USER: count
      .default(30)
      .describe("Live connections that one process accepts from one user."),
    SHUTDOWN_TIMEOUT_SECONDS: count
      .default(20)
      .describe("How long requests may take to finish after SIGTERM, in seconds."),
    OTEL_EXPORTER_OTLP_ENDPOINT: url
      .optional()
      .describe("Where traces are sent (OTLP over HTTP); unset turns tracing off."),
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number("must be a number, 0 to 1")
      .min(0, "must be a number, 0 to 1")
      .max(1, "must be a number, 0 to 1")
      .default(1)
      .describe("Share of traces kept, 0 to 1. The caller's own sampling flag is ignored."),
    OTEL_SERVICE_NAME: text.default("cruddur-server").describe("Service name on traces."),
  })
  .superRefine((config, ctx) => {
    if (config.NODE_ENV === "production" && config.PUSH_SERVICES.some(isLoopbackService)) {
      const message = "must not name this machine in production";
      ctx.addIssue({ code: "custom", path: ["PUSH_SERVICES"], message });
    }
    if (config.NODE_ENV === "production" && config.CURSOR_SECRET === undefined) {
      ctx.addIssue({
        code: "custom",
        path: ["CURSOR_SECRET"],
        message: "is required in production",
      });
    }
  })
  .transform((config) => ({
    ...config,
    CURSOR_SECRET: config.CURSOR_SECRET ?? randomBytes(32).toString("hex"),
  }));

export type Config = z.output<typeof configSchema>;

/** Names every problem of the configuration in one line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads the whole configuration, or throws one ConfigError that names every problem. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  // Compose files can only set a variable to an empty string where it should be unset.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = configSchema.safeParse({ ...set, CONNECTION_URL: connectionUrlFromEnv(set) });
  if (result.success) return result.data;
  throw new ConfigError(describeBadVariables(result.error));
}
