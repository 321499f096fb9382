import type { App } from "aws-cdk-lib";

export interface LambdaDirectories {
  stream: string;
  push: string;
  userPool: string;
}

/** The settings that differ between deployments. */
export interface DeployConfig {
  /** Public name of the web app and the API, for example messages.example.com. */
  domainName: string;
  /** Certificate for CloudFront, which must be in us-east-1. */
  viewerCertificateArn: string;
  /** Certificate for the load balancer: for the same name, in the region of the stacks. */
  originCertificateArn: string;
  /** Tag of the image in the repository that the registry stack creates. */
  imageTag: string;
  /** Address that receives alarms and their recovery. Empty: nobody is subscribed. */
  alarmEmail: string;
  /** Sender of mails to people, of a domain that SES has verified. Empty: no mail is sent. */
  mailFrom: string;
  /** OTLP endpoint of a collector inside the VPC. Empty: no traces. */
  otlpEndpoint: string;
  /** ARN of the secret that holds Momento's token. Empty: each server caches in its own memory. */
  momentoSecretArn: string;
  /** ARN of the secret with the keys of Web Push (`pnpm db vapid-keys`). Empty: no pushes. */
  vapidSecretArn: string;
  /** `valkey` for live notices over ElastiCache Serverless. Empty: over Postgres. */
  liveNotices: "" | "valkey";
  /** `own` encrypts what is stored with a key of this account. Empty: with keys of AWS. */
  customerKey: "" | "own";
  /** ARN of the stream of a restored table that replaces the deployment's own table. Empty: none. */
  restoredStreamArn: string;
  /** Folder of each built Lambda. */
  lambdaDirectories: LambdaDirectories;
}

const EXAMPLE_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example";

/**
 * Reads CDK context (`cdk deploy -c domainName=… -c imageTag=…`). The defaults are examples, so that
 * the templates can be made without an AWS account. Throws an Error for a value that is not a string.
 */
export function readDeployConfig(app: App, lambdaDirectories: LambdaDirectories): DeployConfig {
  const read = (name: string, example: string): string => {
    const value: unknown = app.node.tryGetContext(name) ?? example;
    if (typeof value !== "string") throw new Error(`context ${name} must be a string`);
    return value;
  };
  const liveNotices = read("liveNotices", "");
  if (liveNotices !== "" && liveNotices !== "valkey") {
    throw new Error("context liveNotices must be valkey or empty");
  }
  const customerKey = read("customerKey", "");
  if (customerKey !== "" && customerKey !== "own") {
    throw new Error("context customerKey must be own or empty");
  }
  return {
    liveNotices,
    customerKey,
    domainName: read("domainName", "messages.example.com"),
    viewerCertificateArn: read("viewerCertificateArn", EXAMPLE_CERTIFICATE),
    originCertificateArn: read("originCertificateArn", EXAMPLE_CERTIFICATE),
    imageTag: read("imageTag", "latest"),
    alarmEmail: read("alarmEmail", ""),
    mailFrom: read("mailFrom", ""),
    otlpEndpoint: read("otlpEndpoint", ""),
    momentoSecretArn: read("momentoSecretArn", ""),
    vapidSecretArn: read("vapidSecretArn", ""),
    restoredStreamArn: read("restoredStreamArn", ""),
    lambdaDirectories,
  };
}

/** The environment variables that send traces to the collector, if there is one. */
export function tracingVariables({ otlpEndpoint }: DeployConfig): Record<string, string> {
  return otlpEndpoint === "" ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint };
}
