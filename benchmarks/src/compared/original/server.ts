/**
 * A server with the original's design: tRPC's standalone adapter and the default SDK client. Each
 * request verifies the token and reads the user from Postgres. One JSON argument has the settings.
 */
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { JwtVerifier } from "aws-jwt-verify";
import { Pool } from "pg";
import { z } from "zod";
import { announceReady } from "../../harness/job.ts";
import { originalRouter } from "./router.ts";

const settings = z
  .object({
    endpoint: z.string(),
    tableName: z.string(),
    connectionUrl: z.string(),
    issuer: z.string(),
    jwks: z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const client = new DynamoDBClient({
  endpoint: settings.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const pool = new Pool({ connectionString: settings.connectionUrl });
const verifier = JwtVerifier.create({ issuer: settings.issuer, audience: null });
verifier.cacheJwks(settings.jwks as unknown as Parameters<typeof verifier.cacheJwks>[0]);

const server = createHTTPServer({
  router: originalRouter,
  basePath: "/trpc/",
  createContext: ({ req }) => ({
    client,
    tableName: settings.tableName,
    pool,
    verify: async (token: string) => String((await verifier.verify(token)).sub),
    authorization: req.headers.authorization,
  }),
});
// Longer than a server waits for its next slice.
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
