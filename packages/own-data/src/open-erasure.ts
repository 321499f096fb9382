import { setTimeout as sleep } from "node:timers/promises";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import type { Db } from "@cruddur/db/client";
import { createErasures } from "@cruddur/db/erasures";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSessionRecords } from "@cruddur/db/session-records";
import { createUsers } from "@cruddur/db/users";
import { bindAccessPatterns, type Table } from "@cruddur/ddb/access-pattern";
import { erasurePatterns } from "@cruddur/ddb/roles";
import type { ErasureParts } from "./erase.ts";
import { createNoticePublisher } from "./notices.ts";
import { deletePoolAccount } from "./pool-account.ts";

/**
 * Longer than a request goes on after its sender was checked: it makes two writes, each of them at
 * most four attempts of four seconds.
 */
const REQUEST_MAX_MS = 60_000;

/** The user pool whose accounts are deleted. */
export interface ErasurePool {
  userPoolId: string;
  region: string;
  endpoint: string;
  /** What a local pool's requests must be signed with; undefined at AWS. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Connects the parts of erasures to one table, one database and one user pool. */
export function openErasure(options: {
  table: Table;
  db: Db;
  pool: ErasurePool;
  onProgress?: ErasureParts["onProgress"];
  /** Ends the wait for requests that are under way, and with it the run. */
  signal?: AbortSignal;
  /** By default a minute passes. */
  awaitRequests?: ErasureParts["awaitRequests"];
}): { parts: ErasureParts; close(): void } {
  const { table, db, onProgress, signal } = options;
  const wait = () => sleep(REQUEST_MAX_MS, undefined, { ...(signal && { signal }) });
  const { userPoolId, credentials, ...pool } = options.pool;
  const cognito = new CognitoIdentityProviderClient({
    ...pool,
    ...(credentials && { credentials }),
  });
  const context = { ...table, now: Date.now, mintMessageUuid: createMessageUuidFactory() };
  return {
    parts: {
      erasures: createErasures(db),
      users: createUsers(db),
      records: createSessionRecords(db),
      events: createSecurityEvents(db),
      store: bindAccessPatterns(context, erasurePatterns),
      deleteAccount: (sub) => deletePoolAccount(cognito, userPoolId, sub),
      awaitRequests: options.awaitRequests ?? wait,
      publish: createNoticePublisher(db),
      ...(onProgress && { onProgress }),
    },
    close: () => cognito.destroy(),
  };
}
