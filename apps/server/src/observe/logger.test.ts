import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

test("a logged error keeps its name and code, and loses its message; a person's code is removed", async () => {
  let written = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const logger = createLogger({ level: "info", destination });
  const error = Object.assign(new Error("what a person wrote"), { code: "ECONNREFUSED" });
  logger.warn({ err: error, code: "123456", input: { code: "123456" } }, "failed");
  expect(JSON.parse(written).err).toMatchObject({ name: "Error", error_code: "ECONNREFUSED" });
  expect(written).not.toMatch(/what a person wrote|123456/);
});
