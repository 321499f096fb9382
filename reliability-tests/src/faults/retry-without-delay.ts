import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * Removes the delays between the SDK's retries, and nothing else, since waiting does not end an
 * injected fault. Changes the client and returns it.
 */
export function retryWithoutDelay(client: DynamoDBClient): DynamoDBClient {
  const { retryStrategy } = client.config;
  client.config.retryStrategy = async () =>
    Object.assign(await retryStrategy(), {
      retryBackoffStrategy: { setDelayBase: () => {}, computeNextBackoffDelay: () => 0 },
    });
  return client;
}
