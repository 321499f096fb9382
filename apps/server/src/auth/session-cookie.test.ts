import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createSessionCookie } from "./session-cookie.ts";

test("the cookie of a known device is known for its own person alone, and only as it was signed", () => {
  const cookies = createSessionCookie({ secure: true, secret: "a secret of this test" });
  const [owner, other] = [randomUUID(), randomUUID()];
  const [pair = ""] = cookies.keepDevice(owner).split(";");
  const sent = (cookie: string) => new Headers({ cookie });
  expect(cookies.readDevice(sent(pair), owner)).toBeDefined();
  expect(cookies.readDevice(sent(pair), other)).toBeUndefined();
  expect(cookies.readDevice(sent(pair.replace(owner, other)), other)).toBeUndefined();
  expect(cookies.readDevice(sent(`${pair}; ${pair}`), owner)).toBeUndefined();
});
