import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createSessionCookie, type DeviceOwner } from "./session-cookie.ts";

test("the cookie of a known device is known for its own person alone, and only as it was signed", () => {
  const cookies = createSessionCookie({ secure: true, secret: "a secret of this test" });
  const newOwner = (): DeviceOwner => ({ user_uuid: randomUUID(), sessions_ended_at: null });
  const [owner, other] = [newOwner(), newOwner()];
  const [pair = ""] = cookies.keepDevice(owner).split(";");
  const sent = (cookie: string) => new Headers({ cookie });
  expect(cookies.readDevice(sent(pair), owner)).toBeDefined();
  expect(cookies.readDevice(sent(pair), other)).toBeUndefined();
  expect(
    cookies.readDevice(sent(pair.replace(owner.user_uuid, other.user_uuid)), other),
  ).toBeUndefined();
  expect(cookies.readDevice(sent(`${pair}; ${pair}`), owner)).toBeUndefined();
  const ended = { ...owner, sessions_ended_at: new Date() };
  expect(cookies.readDevice(sent(pair), ended)).toBeUndefined();
});
