import { createECDH } from "node:crypto";
import { expect, test } from "vitest";
import { createVapidKeys } from "./vapid-keys.ts";

test("a pair has the lengths that push services expect, and its keys belong together", () => {
  for (let i = 0; i < 50; i += 1) {
    const { publicKey, privateKey } = createVapidKeys();
    expect([publicKey.length, privateKey.length]).toEqual([87, 43]);
    const curve = createECDH("prime256v1");
    curve.setPrivateKey(Buffer.from(privateKey, "base64url"));
    expect(curve.getPublicKey("base64url")).toBe(publicKey);
  }
});
