import { createECDH } from "node:crypto";

/** The pair of keys by which a push service knows who sends (VAPID, RFC 8292); base64url. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** Makes a new pair. Browsers subscribe with the public one, so a new pair ends all subscriptions. */
export function createVapidKeys(): VapidKeys {
  const curve = createECDH("prime256v1");
  const publicKey = curve.generateKeys().toString("base64url");
  // A small number has fewer bytes, but push services expect all 32.
  const privateKey = curve.getPrivateKey("hex").padStart(64, "0");
  return { publicKey, privateKey: Buffer.from(privateKey, "hex").toString("base64url") };
}
