import { Match } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

let synthesised: Synthesised;
beforeAll(() => {
  synthesised = synthesise({ customerKey: "own" });
});

const ofKey = Match.objectLike({ "Fn::ImportValue": Match.stringLikeRegexp("CruddurKey") });

test("with a key of the account, every store of every stack uses it", () => {
  const { data, stream, observability, ...others } = synthesised.templates;
  data.hasResourceProperties("AWS::DynamoDB::Table", {
    SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: ofKey },
  });
  data.hasResourceProperties("AWS::RDS::DBInstance", { StorageEncrypted: true, KmsKeyId: ofKey });
  stream.hasResourceProperties("AWS::SQS::Queue", {
    KmsMasterKeyId: ofKey,
    SqsManagedSseEnabled: Match.absent(),
  });
  observability.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: ofKey });
  const templates = [data, stream, observability, ...Object.values(others)];
  const groups = templates.flatMap((template) =>
    Object.values(template.findResources("AWS::Logs::LogGroup")),
  );
  expect(groups.length).toBeGreaterThan(3);
  for (const { Properties } of groups) expect(Properties.KmsKeyId).toBeDefined();
});
