interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * Stands in the bundle for the SDK's chain of credential providers (SSO, web identity, profiles,
 * instance metadata): Lambda puts its role's credentials in the environment.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    // biome-ignore lint/style/noProcessEnv: this is what the SDK's own provider reads
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error("no AWS credentials in the environment");
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    };
  };
}
