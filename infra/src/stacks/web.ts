import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { DeployConfig } from "../config.ts";

export interface WebStackProps extends StackProps {
  config: DeployConfig;
  loadBalancer: elb.IApplicationLoadBalancer;
}

/**
 * One origin for the web app and the API. The server delivers the built app with its security
 * headers, so app and API always have the same version and roll back together. CloudFront caches
 * the files whose names contain their hash, which is nearly everything that a page loads.
 */
export class WebStack extends Stack {
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, { config, loadBalancer, ...props }: WebStackProps) {
    super(scope, id, props);
    const origin = origins.VpcOrigin.withApplicationLoadBalancer(loadBalancer, {
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
      // A live connection sends a ping more often than this.
      readTimeout: Duration.seconds(60),
      keepaliveTimeout: Duration.seconds(60),
    });
    const shared = {
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // Passes the viewer's Host header, because the origin's certificate is checked against it.
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
      compress: true,
    };
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      domainNames: [config.domainName],
      certificate: acm.Certificate.fromCertificateArn(
        this,
        "Certificate",
        config.viewerCertificateArn,
      ),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      enableLogging: true,
      logBucket: createLogBucket(this),
      // The session cookie is a secret.
      logIncludesCookies: false,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        ...shared,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      },
      additionalBehaviors: {
        "/assets/*": {
          ...shared,
          allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
          cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        },
      },
    });
    new CfnOutput(this, "DistributionDomainName", {
      value: this.distribution.distributionDomainName,
    });
  }
}

/** Requests with their addresses, times and statuses, for three months. */
function createLogBucket(scope: Construct): s3.Bucket {
  return new s3.Bucket(scope, "AccessLogs", {
    // CloudFront writes its logs by an access control list.
    objectOwnership: s3.ObjectOwnership.OBJECT_WRITER,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ expiration: Duration.days(90) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
