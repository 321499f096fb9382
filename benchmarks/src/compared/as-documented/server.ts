/**
 * The product's job as the documentation of its libraries shows it: tRPC's standalone adapter, the
 * document client, Drizzle and `aws-jwt-verify`, over the product's own tables. It sends no live
 * notices and has no limits, logs or metrics. One JSON argument has the settings.
 */
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { JwtVerifier } from "aws-jwt-verify";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { announceReady } from "../../harness/job.ts";
import { documentedRouter } from "./router.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as {
  endpoint: string;
  connectionUrl: string;
  issuer: string;
  jwks: { keys: { kid: string }[] };
};
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const dynamoDb = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint: settings.endpoint, region: "us-east-1", credentials }),
);
const db = drizzle(new Pool({ connectionString: settings.connectionUrl }));
const verifier = JwtVerifier.create({ issuer: settings.issuer, audience: null });
verifier.cacheJwks(settings.jwks as unknown as Parameters<typeof verifier.cacheJwks>[0]);

const server = createHTTPServer({
  router: documentedRouter,
  basePath: "/trpc/",
  createContext: ({ req }) => ({
    ...{ dynamoDb, db, authorization: req.headers.authorization },
    verify: async (token: string) => String((await verifier.verify(token)).sub),
  }),
});
// Longer than a server waits for its next slice.
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
