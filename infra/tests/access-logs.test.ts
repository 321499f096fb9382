import { readdirSync, readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { type Synthesised, synthesise } from "./support.ts";

let synthesised: Synthesised;
// Not in the test, since the first synthesis of a worker also loads the library.
beforeAll(() => {
  synthesised = synthesise();
});

test("requests and connections are logged for three months, without cookies, where the public cannot read them", () => {
  const { network, web } = synthesised.templates;
  network.hasResourceProperties("AWS::EC2::FlowLog", { TrafficType: "ALL" });
  network.hasResourceProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
  web.hasResourceProperties("AWS::CloudFront::Distribution", {
    DistributionConfig: { Logging: { Bucket: Match.anyValue(), IncludeCookies: false } },
  });
  web.hasResourceProperties("AWS::S3::Bucket", {
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: "Enabled" }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
});

test("every action of the workflows is named by its commit, which nobody can move", () => {
  const github = new URL("../../.github/", import.meta.url);
  const files = readdirSync(github, { recursive: true, encoding: "utf8" });
  const used = files
    .filter((name) => /^(workflows|actions)[\\/].*\.yml$/.test(name))
    .flatMap((name) => [
      ...readFileSync(new URL(name.replaceAll("\\", "/"), github), "utf8").matchAll(
        /uses: (\S+)(.*)/g,
      ),
    ])
    .filter(([, action]) => !action?.startsWith("./"));
  expect(used.length).toBeGreaterThan(5);
  for (const [text] of used) expect(text).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("a release signs its image by digest, with its provenance and its bill of materials", () => {
  const release = new URL("../../.github/workflows/release.yml", import.meta.url);
  const text = readFileSync(release, "utf8");
  expect(text).toContain("provenance: mode=max");
  expect(text).toContain('cosign sign --yes "$IMAGE@$DIGEST"');
  expect(text).toContain("cosign attest --yes --type cyclonedx --predicate sbom.cdx.json");
});
