import { test } from "vitest";
import { PROPERTY_TIMEOUT_MS } from "../src/check-property.ts";
import {
  contendedStreamFaultScenarios,
  deletingScenarios,
  streamFaultScenarios,
} from "../src/scenario.ts";
import { checkScenarios, useTestEnvironments } from "./support.ts";

const environments = useTestEnvironments();

test(
  "every inbox becomes equal to the model's, however the stream is delivered",
  async () => {
    await checkScenarios(environments, streamFaultScenarios);
  },
  PROPERTY_TIMEOUT_MS,
);

test(
  "unread counts stay exact when deliveries and read markers update the same membership",
  async () => {
    await checkScenarios(environments, contendedStreamFaultScenarios);
  },
  PROPERTY_TIMEOUT_MS,
);

test(
  "unread counts stay exact when messages are deleted that were read in part and come again",
  async () => {
    await checkScenarios(environments, deletingScenarios);
  },
  PROPERTY_TIMEOUT_MS,
);
