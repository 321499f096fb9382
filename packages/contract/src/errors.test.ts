import { expect, it } from "vitest";
import { APP_CODES, APP_ERRORS, AppError, isAppCode } from "./errors.ts";

it.each(APP_CODES)(
  "%s is retried exactly if its status says that the server may recover",
  (code) => {
    const { status, clientAction } = APP_ERRORS[code];
    expect(clientAction === "retry").toBe(status === 429 || status >= 500);
    if (clientAction === "hold") expect(status).toBe(401);
  },
);

it("is known by its name, with its code, its cause and the seconds to wait", () => {
  const cause = new Error("the engine is down");
  const error = new AppError("unavailable", { cause, retryAfterSeconds: 2 });
  expect(error).toMatchObject({
    ...{ name: "AppError", message: "unavailable", code: "unavailable", retryAfterSeconds: 2 },
    cause,
  });
  const bare = new AppError("not_found");
  expect(bare.retryAfterSeconds).toBeUndefined();
  expect("cause" in bare).toBe(false);
});

it.each([["toString"], [["not_found"]], [5], [null], [undefined], [{}]])(
  "%j, which a server may send, is no code",
  (value) => {
    expect(isAppCode(value)).toBe(false);
  },
);
