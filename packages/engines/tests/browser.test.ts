import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { browserChoices, launchChromium, type Machine } from "../src/chromium.ts";
import { startTcpProxy } from "../src/tcp-proxy.ts";

async function startServer() {
  const server = createServer((request, response) => {
    response.end(`<title>${request.url}</title>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("closing one browser context does not affect another one", async () => {
  await using server = await startServer();
  const browser = await launchChromium();
  try {
    const [one, two] = [await browser.newContext(), await browser.newContext()];
    const page = await two.newPage();
    await one.newPage();
    await one.close();
    await page.goto(`http://127.0.0.1:${server.port}/still-here`);
    expect(await page.title()).toBe("/still-here");
  } finally {
    await browser.close();
  }
});

test("the proxy passes bytes, refuses connections, holds bytes and resumes", async () => {
  await using server = await startServer();
  await using proxy = await startTcpProxy({ targetPort: server.port });
  const get = (timeoutMs = 2_000) =>
    fetch(`http://127.0.0.1:${proxy.port}/x`, { signal: AbortSignal.timeout(timeoutMs) }).then(
      (response) => response.text(),
    );
  expect(await get()).toContain("/x");
  proxy.cut();
  await expect(get()).rejects.toThrow();
  proxy.resume();
  expect(await get()).toContain("/x");
  proxy.stall();
  await expect(get(200)).rejects.toThrow("timeout");
  const before = proxy.connections();
  const held = get();
  await expect.poll(() => proxy.connections()).toBeGreaterThan(before);
  proxy.resume();
  expect(await held).toContain("/x");
});

test("the proxy interrupts only the selected connections", async () => {
  await using server = await startServer();
  await using proxy = await startTcpProxy({
    targetPort: server.port,
    affects: (firstBytes) => firstBytes.toString().includes("/chosen"),
  });
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${proxy.port}${path}`, { headers: { connection: "close" } }).then(
      (response) => response.text(),
    );
  proxy.cut();
  await expect(get("/chosen")).rejects.toThrow();
  expect(await get("/other")).toContain("/other");
  proxy.stall();
  const held = get("/chosen");
  await expect.poll(() => proxy.connections()).toBe(1);
  expect(await get("/other")).toContain("/other");
  proxy.resume();
  expect(await held).toContain("/chosen");
});

const machine: Machine = { platform: "linux", arch: "x64", headless: true, exists: () => false };
test.for<[string, Partial<Machine>, ReturnType<typeof browserChoices>]>([
  ["Linux x64", {}, ["packaged"]],
  [
    "Linux x64 with CHROMIUM_PATH",
    { named: "/opt/chromium" },
    [{ executablePath: "/opt/chromium" }],
  ],
  ["Linux x64, not headless", { headless: false }, [{ channel: "chrome" }, { channel: "msedge" }]],
  ["macOS", { platform: "darwin", arch: "arm64" }, [{ channel: "chrome" }, { channel: "msedge" }]],
  ["Windows", { platform: "win32" }, [{ channel: "chrome" }, { channel: "msedge" }]],
  [
    "Linux arm64 with its distribution's Chromium",
    { arch: "arm64", exists: (path) => path === "/usr/bin/chromium" },
    [{ channel: "chrome" }, { channel: "msedge" }, { executablePath: "/usr/bin/chromium" }],
  ],
])("the browsers to try on %s", ([, properties, expected]) => {
  expect(browserChoices({ ...machine, ...properties })).toEqual(expected);
});

test("when no browser starts, the error is one line that says how to get one", async () => {
  vi.stubEnv("CHROMIUM_PATH", "/no/such/browser");
  const refused = await launchChromium().then(
    () => "started",
    (error: Error) => error.message,
  );
  vi.unstubAllEnvs();
  expect(refused).toMatch(
    /^can't start a browser \(.*\/no\/such\/browser.*\): install Google Chrome or .*CHROMIUM_PATH/,
  );
});
