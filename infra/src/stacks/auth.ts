import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  SecretValue,
  Stack,
  type StackProps,
} from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import * as secrets from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";

export interface AuthStackProps extends StackProps {
  config: DeployConfig;
}

/**
 * The user pool, and the one app client whose tokens the server accepts. Only the server knows the
 * client's secret, so nobody signs up or signs in past the server and its limits.
 */
export class AuthStack extends Stack {
  readonly userPool: cognito.UserPool;
  readonly client: cognito.UserPoolClient;
  readonly clientSecret: secrets.Secret;

  constructor(scope: Construct, id: string, { config, ...props }: AuthStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.userPool = new cognito.UserPool(this, "UserPool", {
      selfSignUpEnabled: true,
      // A trigger can remove a scope from access tokens from this plan on.
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      // The user name is the handle. `preferred_username` is not an alias, because Cognito refuses
      // aliases of this kind at sign-up.
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // The old email address stays valid until the new one is confirmed.
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
      // People turn it on themselves.
      mfa: cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      // A passkey that has recognised its owner is two factors itself.
      signInPolicy: { allowedFirstAuthFactors: { password: true, passkey: true } },
      passkeyRelyingPartyId: config.domainName,
      passkeyUserVerification: cognito.PasskeyUserVerification.REQUIRED,
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const pool = this.userPool.node.defaultChild as cognito.CfnUserPool;
    pool.webAuthnFactorConfiguration = "MULTI_FACTOR_WITH_USER_VERIFICATION";
    const attributes = new cognito.ClientAttributes().withStandardAttributes({
      email: true,
      fullname: true,
      preferredUsername: true,
    });
    this.client = this.userPool.addClient("Server", {
      authFlows: { userPassword: true, user: true },
      // There are no hosted pages: only the server calls the pool, browsers never do.
      disableOAuth: true,
      generateSecret: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
      // Long enough for two tabs that refresh at the same time.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      readAttributes: attributes.withStandardAttributes({ emailVerified: true }),
      writeAttributes: attributes,
    });
    const { attrClientSecret } = this.client.node.defaultChild as cognito.CfnUserPoolClient;
    this.clientSecret = new secrets.Secret(this, "ClientSecret", {
      description: "Secret of the user pool's app client",
      secretStringValue: SecretValue.resourceAttribute(attrClientSecret),
    });
    const createTrigger = createTriggers(this, config);
    this.userPool.addTrigger(cognito.UserPoolOperation.PRE_SIGN_UP, createTrigger("preSignUp"));
    this.userPool.addTrigger(
      cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
      createTrigger("preTokenGeneration"),
      cognito.LambdaVersion.V2_0,
    );
    new CfnOutput(this, "UserPoolId", { value: this.userPool.userPoolId });
    new CfnOutput(this, "ClientId", { value: this.client.userPoolClientId });
  }
}

/** @returns a function that creates the Lambda of one trigger, by the name of its handler */
function createTriggers(scope: Construct, { lambdaDirectories }: DeployConfig) {
  const code = lambda.Code.fromAsset(lambdaDirectories.userPool);
  const logGroup = new logs.LogGroup(scope, "TriggerLogs", {
    retention: logs.RetentionDays.ONE_MONTH,
  });
  const role = new iam.Role(scope, "TriggerRole", {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
  });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
  );
  return (handler: "preSignUp" | "preTokenGeneration") =>
    new lambda.Function(scope, handler, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: `triggers.${handler}`,
      code,
      memorySize: 256,
      // Cognito itself waits no longer.
      timeout: Duration.seconds(5),
      role,
      logGroup,
    });
}
