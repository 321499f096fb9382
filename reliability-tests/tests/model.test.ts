import { test } from "vitest";
import { checkProperty, PROPERTY_TIMEOUT_MS } from "../src/check-property.ts";
import { compareTableWithModel } from "../src/compare-table.ts";
import type { OperationHistory } from "../src/operation-history.ts";
import { operationHistories } from "../src/operation-history-arbitraries.ts";
import { deliverAll, runOperationHistory } from "../src/run-operation-history.ts";
import { currentTestName, useTestEnvironments } from "./support.ts";

const environments = useTestEnvironments();

test(
  "after every operation history, each inbox, message and unread count is the model's",
  async () => {
    const check = async (operationHistory: OperationHistory) => {
      const environment = await environments.create();
      const { model, source } = await runOperationHistory(environment, operationHistory);
      await deliverAll(environment, source);
      await compareTableWithModel(environment, model);
    };
    await checkProperty(currentTestName(), operationHistories, check, 25);
  },
  PROPERTY_TIMEOUT_MS,
);
