import { test } from "vitest";
import { contendedStreamFaultScenarios, streamFaultScenarios } from "../src/scenario.ts";
import { checkScenarios, useTestEnvironments } from "./support.ts";

const environments = useTestEnvironments();

test("every inbox becomes equal to the model's, however the stream is delivered", async () => {
  await checkScenarios(environments, streamFaultScenarios);
}, 150_000);

test("unread counts stay exact when deliveries and read markers update the same membership", async () => {
  await checkScenarios(environments, contendedStreamFaultScenarios);
}, 150_000);
