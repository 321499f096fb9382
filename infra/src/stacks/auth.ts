import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";

/** Who people are: the user pool and the one client whose tokens the server accepts. */
export class AuthStack extends Stack {
  readonly userPool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.userPool = new cognito.UserPool(this, "UserPool", {
      selfSignUpEnabled: true,
      // The user name is the handle. `preferred_username` is no alias: Cognito would then refuse it
      // at sign-up.
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // A changed address counts only when its owner has confirmed it.
      keepOriginal: { email: true },
      standardAttributes: {
        email: { required: true, mutable: true },
        fullname: { required: false, mutable: true },
        preferredUsername: { required: false, mutable: true },
      },
      passwordPolicy: {
        minLength: 8,
        requireLowercase: false,
        requireUppercase: false,
        requireDigits: false,
        requireSymbols: false,
      },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const attributes = new cognito.ClientAttributes().withStandardAttributes({
      email: true,
      fullname: true,
      preferredUsername: true,
    });
    this.client = this.userPool.addClient("Server", {
      authFlows: { userPassword: true },
      // No hosted pages: the server speaks to the pool, browsers never do.
      disableOAuth: true,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
      // Long enough for two tabs that refresh at once.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      readAttributes: attributes.withStandardAttributes({ emailVerified: true }),
      writeAttributes: attributes,
    });
    new CfnOutput(this, "UserPoolId", { value: this.userPool.userPoolId });
    new CfnOutput(this, "ClientId", { value: this.client.userPoolClientId });
  }
}
