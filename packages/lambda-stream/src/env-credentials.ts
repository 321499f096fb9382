import { type Credentials, readCredentials } from "./config.ts";

/**
 * Replaces the SDK's chain of credential providers (SSO, web identity, profiles, instance metadata)
 * in the bundle: a Lambda gets its credentials from the environment.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => readCredentials();
}
