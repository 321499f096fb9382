import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as ecr from "aws-cdk-lib/aws-ecr";
import type { Construct } from "constructs";
import { REPOSITORY_NAME } from "../names.ts";

/** The repository of the server's image. It exists before the service that runs the image. */
export class RegistryStack extends Stack {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.repository = new ecr.Repository(this, "Server", {
      repositoryName: REPOSITORY_NAME,
      // A tag always means the same image, so rolling back is deploying an older tag.
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [
        { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
        { tagStatus: ecr.TagStatus.ANY, maxImageCount: 50 },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnOutput(this, "RepositoryUri", { value: this.repository.repositoryUri });
  }
}
