import { expect, test } from "vitest";
import { allowedStatements, synthesise } from "./support.ts";

test("without keys there is no push Lambda, and the server sends no key", () => {
  const none = synthesise({ vapidSecretArn: "" });
  expect(none.templates.push.toJSON()).toEqual({ Resources: {} });
  expect(JSON.stringify(none.templates.api.toJSON())).not.toContain("VAPID");
});

test("with keys, an event source of its own gives new messages alone to the push Lambda", () => {
  const deployment = synthesise();
  const { push, api, observability } = deployment.templates;
  push.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    StartingPosition: "LATEST",
    FilterCriteria: {
      Filters: [
        {
          Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"MSG#"}]}}}}',
        },
      ],
    },
    MaximumRecordAgeInSeconds: 3600,
  });
  push.resourceCountIs("AWS::SQS::Queue", 1);
  const actions = allowedStatements(push).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /dynamodb:(Put|Update|Delete)|\*/.test(action))).toEqual([]);
  const [task] = Object.values(api.findResources("AWS::ECS::TaskDefinition"));
  const secrets = JSON.stringify(task?.Properties.ContainerDefinitions[0].Secrets);
  expect(secrets).toContain("VAPID_PUBLIC_KEY");
  // Only the Lambda signs.
  expect(secrets).not.toContain("VAPID_PRIVATE_KEY");
  const alarms = Object.values(observability.findResources("AWS::CloudWatch::Alarm"));
  expect(alarms.map(({ Properties }) => Properties.AlarmName)).toContain(
    "cruddur-push-dead-letters",
  );
});
