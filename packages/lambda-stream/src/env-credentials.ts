import { type Credentials, readCredentials } from "./config.ts";

/**
 * Stands in the bundle for the SDK's chain of credential providers (SSO, web identity, profiles,
 * instance metadata), of which a Lambda needs the environment alone.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => readCredentials();
}
