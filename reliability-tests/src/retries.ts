import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * The SDK's own retries with their decisions and bounds, only without the waits between them:
 * injected faults don't go away by waiting.
 */
export function retryWithoutWaiting(client: DynamoDBClient): DynamoDBClient {
  const { retryStrategy } = client.config;
  client.config.retryStrategy = async () =>
    Object.assign(await retryStrategy(), {
      retryBackoffStrategy: { setDelayBase: () => {}, computeNextBackoffDelay: () => 0 },
    });
  return client;
}
