import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  apiOf,
  createConversation,
  createPerson,
  deleteSnapshot,
  settle,
  stackUrl,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();
const dist = fileURLToPath(new URL("../dist", import.meta.url));

/** Resolves when the service worker answers the requests of the page. */
async function openWithWorker(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

test("the manifest names icons that exist in the sizes it says, one of them maskable", () => {
  const manifest = JSON.parse(readFileSync(`${dist}/manifest.webmanifest`, "utf8"));
  const icons = manifest.icons as { src: string; type: string; sizes: string; purpose: string }[];
  expect(icons.map(({ purpose }) => purpose)).toContain("maskable");
  for (const { src, type, sizes } of icons) {
    const file = readFileSync(dist + src);
    if (type !== "image/png") continue;
    // The header of a PNG file has the width and the height.
    expect(`${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`).toBe(sizes);
  }
});

test("an app without a network opens, and nothing that a person wrote is in its caches", async () => {
  const { a, message_group_uuid } = await createConversation(["a quokka", "another quokka"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await settle(page, "another quokka");
  await openWithWorker(page);
  await settle(page, "another quokka");
  const kept = await page.evaluate(async () => {
    const entries: { path: string; text: string }[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request))?.text();
        entries.push({ path: new URL(request.url).pathname, text: text ?? "" });
      }
    }
    return entries;
  });
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.filter(({ path }) => !/^\/($|favicon\.svg$|assets\/)/.test(path))).toEqual([]);
  const isPrivate = ({ text }: { text: string }) => /quokka|Ana Alvarez|Ben Brook/.test(text);
  expect(kept.filter(isPrivate).map(({ path }) => path)).toEqual([]);

  await page.context().setOffline(true);
  await deleteSnapshot(page);
  await page.reload();
  await page.getByRole("heading", { name: "Can't connect to Cruddur" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await settle(page, "another quokka");
});

test("a new version is offered in one line, and only to a page that an older one has shown", async () => {
  let version = 1;
  await using site = await serveVersions(() => version);
  const page = await browser.open({ baseURL: site.url });
  await page.goto("/sign-in");
  await openWithWorker(page);
  const line = page.getByRole("paragraph").filter({ hasText: "A new version is ready." });
  expect(await line.count()).toBe(0);
  version = 2;
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await line.waitFor();
  await page.getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction(() => document.readyState === "complete");
  await expect.poll(() => line.count()).toBe(0);
});

test("a text that the device shares goes to the chosen person's composer, and into no address", async () => {
  const { a, b } = await createConversation(["one", "two"]);
  const page = await browser.openAs(a);
  await openWithWorker(page);
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/share", enctype: "multipart/form-data" });
    for (const [name, value] of [
      ["title", "A page"],
      ["text", "Look at this"],
      ["url", "https://example.com/a?b=1"],
    ]) {
      const input = document.createElement("input");
      Object.assign(input, { name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  });
  await page.getByRole("heading", { name: "Send to" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/share");
  await expect.poll(() => new URL(page.url()).hash).toBe("");
  await page.getByRole("combobox").fill(b.handle);
  await page.getByRole("option").filter({ hasText: b.handle }).click();
  await expect
    .poll(() => page.getByRole("textbox").inputValue())
    .toBe("A page\nLook at this\nhttps://example.com/a?b=1");
  expect(await page.evaluate(() => Object.values(sessionStorage).join())).not.toContain("Look at");
});

test("the icon of the installed app shows how many messages are unread", async () => {
  const [reader, writer] = [await createPerson("Vir"), await createPerson("Timov")];
  const page = await browser.openAs(reader);
  await page.evaluate(() => {
    const shown: (number | undefined)[] = [];
    Object.assign(window, { shown });
    navigator.setAppBadge = async (count) => void shown.push(count);
    navigator.clearAppBadge = async () => void shown.push(0);
  });
  const newest = () => page.evaluate(() => (window as unknown as { shown: number[] }).shown.at(-1));
  const api = await apiOf(writer);
  await api.send({ handle: reader.handle }, "one");
  await expect.poll(newest).toBe(1);
  await page.getByRole("link", { name: /Timov/ }).click();
  await expect.poll(newest).toBe(0);
});

/** The built app from an address of its own, whose worker changes with the version. */
async function serveVersions(version: () => number) {
  const server = createServer(async (request, response) => {
    const answer = await fetch(stackUrl() + request.url, { method: request.method ?? "GET" });
    const type = answer.headers.get("content-type") ?? "";
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, {
      "content-type": type,
      "content-security-policy": answer.headers.get("content-security-policy") ?? "",
    });
    const mark = request.url === "/service-worker.js" ? `\n// version ${version()}` : "";
    response.end(Buffer.concat([body, Buffer.from(mark)]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
