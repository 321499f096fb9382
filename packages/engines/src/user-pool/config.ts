/** Throws in production, where a user pool that writes its codes to a log must not run. */
export function refuseInProduction(): void {
  if (process.env.NODE_ENV === "production") {
    throw new Error(
      "the local user pool refuses to run with NODE_ENV=production: set AWS_COGNITO_USER_POOL_ID and AWS_COGNITO_CLIENT_ID to an Amazon Cognito user pool",
    );
  }
}
