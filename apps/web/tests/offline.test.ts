import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { apiOf, createConversation, createPerson, settle, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();

const pill = (page: Page) => page.getByTestId("connection-pill");
const log = (page: Page) => page.getByRole("log");

/** Everything that the page's origin keeps in IndexedDB and in caches, as one text. */
function readStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const describe = (value: unknown): string => {
      if (value instanceof CryptoKey) return `a key, extractable: ${value.extractable}`;
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        const labels = ["utf-8", "utf-16le", "latin1"];
        return labels.map((label) => new TextDecoder(label).decode(value)).join("\n");
      }
      if (typeof value === "object" && value !== null) {
        return Object.entries(value)
          .map(([name, part]) => `${name}: ${describe(part)}`)
          .join("\n");
      }
      return String(value);
    };
    const texts: string[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const open = await read(indexedDB.open(name));
      for (const store of open.objectStoreNames) {
        const objects = open.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([
          read(objects.getAllKeys()),
          read(objects.getAll()),
        ]);
        texts.push(`${name}/${store}`, describe(keys), describe(values));
      }
      open.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        texts.push(request.url, (await (await cache.match(request))?.text()) ?? "");
      }
    }
    return texts.join("\n");
  });
}

/** How many records a store of the snapshot has; 0 without a snapshot. */
function countKept(page: Page, store: "key" | "part"): Promise<number> {
  return page.evaluate(async (name) => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const all = await indexedDB.databases();
    if (!all.some((each) => each.name === "cruddur-offline")) return 0;
    const open = await read(indexedDB.open("cruddur-offline"));
    const isThere = open.objectStoreNames.contains(name);
    const count = isThere ? await read(open.transaction(name).objectStore(name).count()) : 0;
    open.close();
    return count;
  }, store);
}

/** Resolves when the inbox and these many conversations are kept, for a page that a worker shows. */
async function waitUntilKept(page: Page, conversations: number): Promise<void> {
  await expect.poll(() => countKept(page, "part")).toBe(conversations + 1);
}

async function reloadOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await page.reload();
}

test("a page that is loaded without a network shows conversations that were never opened, says of when, sends later, and takes what has changed", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["a quokka", "a wombat"]);
  const other = await createPerson("Olga Other");
  const apiOther = await apiOf(other);
  const second = await apiA.send({ handle: other.handle }, "an emu");
  await apiOther.messageGroups.accept.mutate({ message_group_uuid: second.message_group_uuid });
  await apiOther.send({ message_group_uuid: second.message_group_uuid }, "a numbat");
  const page = await browser.openAs(a);
  await settle(page, "a numbat");
  await waitUntilKept(page, 2);
  // What arrives live is kept, too.
  await apiOther.send({ message_group_uuid: second.message_group_uuid }, "a bilby");
  const before = await readStorage(page);
  await settle(page, "a bilby");
  await expect.poll(async () => (await readStorage(page)) !== before).toBe(true);

  await reloadOffline(page);
  await expect.poll(() => pill(page).textContent()).toMatch(/^Offline\. As of \d\d:\d\d$/);
  await settle(page, "a wombat");
  await page.getByRole("link", { name: /Ben Brook/ }).click();
  await log(page).getByText("a quokka").waitFor();
  await log(page).getByText("a wombat").waitFor();
  await page.getByRole("textbox").fill("written without a network");
  await page.keyboard.press("Enter");
  await log(page).getByText("written without a network").waitFor();
  await page.getByRole("link", { name: /Olga Other/ }).click();
  for (const text of ["an emu", "a numbat", "a bilby"]) await log(page).getByText(text).waitFor();
  await page.getByRole("link", { name: /Ben Brook/ }).click();

  const { items } = await apiB.messages.list.query({ message_group_uuid });
  const wombat = items.find(({ message }) => message === "a wombat");
  await apiB.messages.edit.mutate({
    message_group_uuid,
    message_uuid: wombat?.uuid ?? "",
    message: "a platypus",
    op_id: crypto.randomUUID(),
  });
  await apiB.send({ message_group_uuid }, "an echidna");
  await page.context().setOffline(false);
  for (const text of ["a platypus", "an echidna"]) await log(page).getByText(text).waitFor();
  await expect
    .poll(
      async () => (await apiB.messages.list.query({ message_group_uuid })).items.at(-1)?.message,
    )
    .toBe("written without a network");
  await expect.poll(() => log(page).getByText("a wombat").count()).toBe(0);
  await expect.poll(() => pill(page).count()).toBe(0);
});

test("nothing that is kept can be read without the key, which no script can read, and a sign-out deletes both", async () => {
  const { a, b } = await createConversation(["a quokka", "a wombat"]);
  const page = await browser.openAs(a);
  await settle(page, "a wombat");
  await waitUntilKept(page, 1);
  const kept = await readStorage(page);
  expect(kept).toContain("a key, extractable: false");
  expect(kept).not.toMatch(/quokka|wombat|Ana Alvarez|Ben Brook/);
  expect(kept).not.toContain(a.handle);
  expect(kept).not.toContain(b.handle);

  await page.getByRole("button", { name: `Account of ${a.display_name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  await expect.poll(() => countKept(page, "part")).toBe(0);
  await expect.poll(() => countKept(page, "key")).toBe(0);

  const next = await createPerson("Nora Next");
  await signIn(page, next);
  await settle(page, "No messages yet");
  await waitUntilKept(page, 0);
  await reloadOffline(page);
  await expect.poll(() => pill(page).textContent()).toMatch(/^Offline/);
  await settle(page, "No messages yet");
  expect(await page.getByText(/Ben Brook|wombat/).count()).toBe(0);
});

test("what is kept goes with a session that ends elsewhere, or whose cookie is gone or another person's", async () => {
  const { a, b } = await createConversation(["a quokka", "a wombat"]);
  const page = await browser.openAs(a);
  await settle(page, "a wombat");
  await waitUntilKept(page, 1);
  const credentials = { handle: b.handle, password: b.password };
  await page.request.post("/session", { data: credentials, headers: { origin: origin(page) } });
  await page.reload();
  await settle(page, "Ana Alvarez");
  await expect.poll(() => countKept(page, "part")).toBe(0);
  await waitUntilKept(page, 1);

  // Signed out everywhere, on another device.
  const device = await browser.openAs(b);
  const { access_token } = await (
    await device.request.post("/session/refresh", { data: {}, headers: { origin: origin(page) } })
  ).json();
  const ended = await device.request.delete("/session/all", {
    data: { password: b.password },
    headers: { origin: origin(page), authorization: `Bearer ${access_token}` },
  });
  expect(ended.ok()).toBe(true);
  await page.waitForURL(/\/sign-in/);
  await expect.poll(() => countKept(page, "part")).toBe(0);

  await signIn(page, b);
  await settle(page, "a wombat");
  await waitUntilKept(page, 1);
  await page.context().clearCookies();
  await page.reload();
  await page.waitForURL(/\/sign-in/);
  await expect.poll(() => countKept(page, "part")).toBe(0);
});

test("what is older than 30 days, or of another version, is dropped unread", async () => {
  const { a } = await createConversation(["a quokka", "a wombat"]);
  const page = await browser.openAs(a);
  await settle(page, "a wombat");
  await waitUntilKept(page, 1);
  for (const make of [makeOld, makeOtherVersion]) {
    await page.context().setOffline(true);
    await page.evaluate(make);
    await page.reload();
    await page.getByRole("heading", { name: "Can't connect to Cruddur" }).waitFor();
    expect(await page.getByText("a wombat").count()).toBe(0);
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await settle(page, "a wombat");
    await waitUntilKept(page, 1);
  }
});

/** Sets back the time of the snapshot to 30 days ago. */
async function makeOld(): Promise<void> {
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open("cruddur-offline");
    opening.onsuccess = () => {
      const tx = opening.result.transaction("key", "readwrite");
      const keys = tx.objectStore("key");
      const reading = keys.get("session");
      reading.onsuccess = () => {
        const asOfMs = Date.now() - 30 * 24 * 60 * 60_000;
        keys.put({ ...reading.result, asOfMs }, "session");
      };
      tx.oncomplete = () => {
        opening.result.close();
        resolve(undefined);
      };
      tx.onerror = reject;
    };
  });
}

/** Leaves a database as a newer version of the app does, which this one can't read. */
async function makeOtherVersion(): Promise<void> {
  await new Promise((resolve) => {
    const opening = indexedDB.open("cruddur-offline", 1_000);
    opening.onupgradeneeded = () => {
      for (const name of opening.result.objectStoreNames) opening.result.deleteObjectStore(name);
    };
    opening.onsuccess = () => {
      opening.result.close();
      resolve(undefined);
    };
  });
}

const origin = (page: Page) => new URL(page.url()).origin;
