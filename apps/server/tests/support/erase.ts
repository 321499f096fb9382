import { erasePerson } from "@cruddur/own-data/erase";
import { openErasure } from "@cruddur/own-data/open-erasure";
import type { Stack } from "./stack.ts";

/**
 * Erases a person at once, as an operator's command does, while servers run.
 * @param awaitRequests ends the requests of the person that are under way; none are by default
 */
export async function erase(
  stack: Stack,
  user_uuid: string,
  awaitRequests: () => Promise<void> = async () => {},
): Promise<void> {
  const { client, tableName, pool, postgres } = stack;
  const userPoolId = pool.env.AWS_COGNITO_USER_POOL_ID;
  const erasure = openErasure({
    table: { client, tableName },
    db: postgres.db,
    awaitRequests,
    pool: {
      userPoolId,
      // The id of a pool begins with its region.
      region: userPoolId.split("_")[0] ?? "",
      endpoint: pool.env.AWS_COGNITO_ENDPOINT_URL,
      credentials: {
        accessKeyId: pool.env.AWS_COGNITO_ACCESS_KEY_ID,
        secretAccessKey: pool.env.AWS_COGNITO_SECRET_ACCESS_KEY,
      },
    },
  });
  try {
    await erasePerson(erasure.parts, user_uuid);
  } finally {
    erasure.close();
  }
}
