import { expect, it } from "vitest";
import { APP_CODES, APP_ERRORS } from "./errors.ts";

it.each(APP_CODES)(
  "%s is retried exactly if its status says that the server may recover",
  (code) => {
    const { status, clientAction } = APP_ERRORS[code];
    expect(clientAction === "retry").toBe(status === 429 || status >= 500);
    if (clientAction === "hold") expect(status).toBe(401);
  },
);
