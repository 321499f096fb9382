import type { CDPSession, Page } from "playwright-core";

/** A slow phone has a quarter of this machine's speed, and slow 4G. */
const CPU_SLOWDOWN = 4;
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6e6 * 0.9) / 8,
  uploadThroughput: (750e3 * 0.9) / 8,
};

export interface Throttle {
  network: boolean;
}

/** Throttles the page to the CPU of a slow phone, and if requested, to its network. */
export async function throttle(page: Page, { network }: Throttle): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  if (network) {
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await session.send("Network.emulateNetworkConditions", SLOW_4G);
  }
  return session;
}

/** Records paints and interactions from before the page's first script. */
export async function observeVitals(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const vitals = { lcpMs: 0, interactions: {} as Record<number, number> };
    Object.assign(globalThis, { vitals });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) vitals.lcpMs = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    const options = { type: "event", buffered: true, durationThreshold: 16 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId: number })[]) {
        const id = entry.interactionId;
        if (id) vitals.interactions[id] = Math.max(vitals.interactions[id] ?? 0, entry.duration);
      }
    }).observe(options);
  });
}

export function readVitals(
  page: Page,
): Promise<{ lcpMs: number; interactions: Record<number, number> }> {
  return page.evaluate("globalThis.vitals");
}
