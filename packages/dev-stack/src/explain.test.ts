import { expect, test } from "vitest";
import { readStackConfig } from "./config.ts";
import { usingEngine } from "./explain.ts";

const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
const fail = () => Promise.reject(new Error("the driver's wrapper", { cause: refused }));

test("an engine's name with several addresses, none of which answers, still says why", async () => {
  const config = readStackConfig({ CONNECTION_URL: "postgres://localhost/cruddur" });
  await expect(usingEngine("CONNECTION_URL", config, fail)).rejects.toThrow(
    "can't use Postgres (ECONNREFUSED): check CONNECTION_URL",
  );
});

test("a failure of our own engine blames no variable", async () => {
  await expect(usingEngine("CONNECTION_URL", readStackConfig({}), fail)).rejects.toThrow("wrapper");
});
