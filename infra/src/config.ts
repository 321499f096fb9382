import type { App } from "aws-cdk-lib";

/** What differs between deployments; everything else is the same everywhere. */
export interface DeployConfig {
  /** Public name of the web app and its API, for example messages.example.com. */
  domainName: string;
  /** For CloudFront: must be in us-east-1. */
  viewerCertificateArn: string;
  /** For the load balancer: same name, in the region of the stacks. */
  originCertificateArn: string;
  /** Tag of the image in the repository that the registry stack makes. */
  imageTag: string;
  /** Who is told about alarms; empty: nobody is subscribed. */
  alarmEmail: string;
  /** OTLP endpoint of a collector inside the network; empty: no traces. */
  otlpEndpoint: string;
  /** Secret whose value is Momento's token; empty: each server caches in its own memory. */
  momentoSecretArn: string;
  /** Stream of a table that was restored from a backup, to be used in place of the deployment's own. */
  restoredStreamArn: string;
  /** Folder of the built stream Lambda. */
  lambdaDirectory: string;
}

const EXAMPLE_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/example";

/**
 * Reads CDK context (`cdk deploy -c domainName=… -c imageTag=…`). The defaults are examples, so that
 * the templates can be made without an account.
 */
export function readDeployConfig(app: App, lambdaDirectory: string): DeployConfig {
  const read = (name: string, example: string): string => {
    const value: unknown = app.node.tryGetContext(name) ?? example;
    if (typeof value !== "string") throw new Error(`context ${name} must be a string`);
    return value;
  };
  return {
    domainName: read("domainName", "messages.example.com"),
    viewerCertificateArn: read("viewerCertificateArn", EXAMPLE_CERTIFICATE),
    originCertificateArn: read("originCertificateArn", EXAMPLE_CERTIFICATE),
    imageTag: read("imageTag", "latest"),
    alarmEmail: read("alarmEmail", ""),
    otlpEndpoint: read("otlpEndpoint", ""),
    momentoSecretArn: read("momentoSecretArn", ""),
    restoredStreamArn: read("restoredStreamArn", ""),
    lambdaDirectory,
  };
}

/** Variables that send traces to the collector, where there is one. */
export function tracing({ otlpEndpoint }: DeployConfig): Record<string, string> {
  return otlpEndpoint === "" ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint };
}
