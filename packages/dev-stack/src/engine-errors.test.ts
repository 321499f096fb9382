import { expect, test } from "vitest";
import { readStackConfig } from "./config.ts";
import { explainEngineErrors } from "./engine-errors.ts";

const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
const fail = () => Promise.reject(new Error("the driver's wrapper", { cause: refused }));

test("when none of an engine's addresses answers, the error says why and names the variable", async () => {
  const config = readStackConfig({ CONNECTION_URL: "postgres://localhost/cruddur" });
  await expect(explainEngineErrors("CONNECTION_URL", config, fail)).rejects.toThrow(
    "can't use Postgres (ECONNREFUSED): check CONNECTION_URL",
  );
});

test("the error of an embedded engine names no variable", async () => {
  const config = readStackConfig({});
  await expect(explainEngineErrors("CONNECTION_URL", config, fail)).rejects.toThrow("wrapper");
});
