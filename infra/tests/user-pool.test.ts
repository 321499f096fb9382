import { readFile } from "node:fs/promises";
import { Match } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

let synthesised: Synthesised;
let templates: Synthesised["templates"];
beforeAll(() => {
  synthesised = synthesise();
  ({ templates } = synthesised);
});

test("the user pool has the settings that the server relies on", () => {
  templates.auth.hasResourceProperties("AWS::Cognito::UserPool", {
    DeletionProtection: "ACTIVE",
    UsernameConfiguration: { CaseSensitive: false },
    AliasAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    MfaConfiguration: "OPTIONAL",
    EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
    WebAuthnRelyingPartyID: "messages.example.com",
    WebAuthnUserVerification: "required",
    WebAuthnFactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION",
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] },
    },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
  });
  templates.auth.hasResourceProperties("AWS::Cognito::UserPoolClient", {
    ExplicitAuthFlows: Match.arrayWith(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]),
    GenerateSecret: true,
    PreventUserExistenceErrors: "ENABLED",
    EnableTokenRevocation: true,
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 60 },
    AllowedOAuthFlowsUserPoolClient: false,
    WriteAttributes: ["email", "name", "preferred_username"],
  });
});

const LAMBDA_CONFIG = {
  PreSignUp: Match.anyValue(),
  PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: Match.anyValue() },
};

test("triggers check every new account, and take from every token the scope to change its account", () => {
  templates.auth.hasResourceProperties("AWS::Cognito::UserPool", {
    UserPoolTier: "ESSENTIALS",
    LambdaConfig: LAMBDA_CONFIG,
  });
});

test("the triggers are handlers of the bundled module, and only the pool can call them", async () => {
  const source = new URL("../../packages/lambda-user-pool/src/triggers.ts", import.meta.url);
  const text = await readFile(source, "utf8");
  const functions = Object.values(templates.auth.findResources("AWS::Lambda::Function"));
  const handlers = functions.map(({ Properties }) => String(Properties.Handler));
  expect(handlers.sort()).toEqual(["triggers.preSignUp", "triggers.preTokenGeneration"]);
  for (const handler of handlers) {
    expect(text).toContain(`export async function ${handler.replace("triggers.", "")}(`);
  }
  const permissions = Object.values(templates.auth.findResources("AWS::Lambda::Permission"));
  expect(permissions).toHaveLength(2);
  for (const { Properties } of permissions) {
    expect(Properties.Principal).toBe("cognito-idp.amazonaws.com");
    expect(Properties.SourceArn).toEqual({ "Fn::GetAtt": [expect.any(String), "Arn"] });
  }
});

test("the app client's secret is in Secrets Manager alone", () => {
  templates.auth.hasResourceProperties("AWS::SecretsManager::Secret", {
    SecretString: { "Fn::GetAtt": [Match.anyValue(), "ClientSecret"] },
  });
  expect(JSON.stringify(templates.auth.findOutputs("*"))).not.toContain('"ClientSecret"]');
});
