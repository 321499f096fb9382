import { randomInt } from "node:crypto";
import { isPortFree } from "./ports.ts";

export interface LoopbackAddress {
  host: string;
  port: number;
}

/**
 * Ports that the Fetch standard forbids ("bad ports"): every browser refuses them, whatever name or
 * address a page uses. None is below 1024, where only administrators listen.
 */
const PORTS_BROWSERS_REFUSE = [
  1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697,
  10080,
];

/**
 * A free loopback address that no web page can reach: for a program that itself answers anybody. On
 * Linux and Windows all of 127.0.0.0/8 is loopback, and the address is a random one there.
 */
export async function findHiddenAddress(): Promise<LoopbackAddress> {
  const byte = () => randomInt(1, 255);
  for (const host of [`127.${byte()}.${byte()}.${byte()}`, "127.0.0.1"]) {
    const first = randomInt(PORTS_BROWSERS_REFUSE.length);
    for (let n = 0; n < PORTS_BROWSERS_REFUSE.length; n += 1) {
      const port = PORTS_BROWSERS_REFUSE[(first + n) % PORTS_BROWSERS_REFUSE.length] ?? 0;
      if (await isPortFree(port, host)) return { host, port };
    }
  }
  throw new Error(
    `every port that browsers refuse is taken (${PORTS_BROWSERS_REFUSE.join(", ")}): free one of them`,
  );
}
