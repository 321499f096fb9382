import type { Page, Worker } from "playwright-core";
import { expect, test } from "vitest";
import {
  apiOf,
  createConversation,
  createPerson,
  findAxeViolations,
  stackUrl,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

interface Shown {
  title: string;
  body?: string;
  tag?: string;
}

/**
 * A page, its service worker and pushes to it through the browser's protocol. A headless browser
 * refuses all notifications, so the worker's last call, which shows one, is recorded instead.
 */
async function openWithPush(...[person, options]: Parameters<typeof browser.openAs>) {
  const page = await browser.openAs(person, options);
  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [registration] = registrations;
      if (registration !== undefined) resolve(registration.registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  await page.evaluate(() => navigator.serviceWorker.ready);
  const registrationId = await registered;
  const [worker] = page.context().serviceWorkers();
  if (worker === undefined) throw new Error("there is no service worker");
  await worker.evaluate(() => {
    const scope = globalThis as unknown as { shown: Shown[]; registration: object };
    scope.shown = [];
    Object.assign(scope.registration, {
      showNotification: async (title: string, { body, tag }: Shown) => {
        scope.shown.push({ title, body, tag });
      },
    });
  });
  const push = async (payload: object | string) => {
    await cdp.send("ServiceWorker.deliverPushMessage", {
      ...{ origin: stackUrl(), registrationId },
      data: typeof payload === "string" ? payload : JSON.stringify(payload),
    });
  };
  return { page, push, worker };
}

const shownBy = (worker: Worker) =>
  worker.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown);

/** Leaves the app, so that no page of it is in view. */
const leave = (page: Page) => page.goto("about:blank");

test("a push shows who wrote what, read with the session of the browser, one for each conversation", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
  const { page, push, worker } = await openWithPush(a);
  const { uuid: message_uuid } = await apiB.send({ message_group_uuid }, "a pushed text");
  const payload = { kind: "message", message_group_uuid, message_uuid, user_uuid: apiA.user_uuid };
  await push(payload);
  await leave(page);
  await push(payload);
  const tag = message_group_uuid;
  const told = { title: "Ben Brook", body: "a pushed text", tag };
  // While the page was in view, it showed the message itself.
  await expect.poll(() => shownBy(worker)).toEqual([told]);

  const newest = async () => (await shownBy(worker)).at(-1);
  await push({ ...payload, kind: "request" });
  const body = expect.stringContaining("have not written with before");
  await expect.poll(newest).toEqual({ title: "Cruddur Messages", body, tag });
  // Somebody else is signed in than the push is for.
  await push({ ...payload, user_uuid: apiB.user_uuid });
  const hidden = { title: "Cruddur Messages", body: "New message" };
  await expect.poll(newest).toEqual({ ...hidden, tag });
  await push("no JSON");
  await expect.poll(newest).toEqual(hidden);
  // The page's session goes on: the worker renewed the cookie that they share.
  await page.goto("/messages");
  await page.getByRole("link", { name: /Ben Brook/ }).waitFor();
});

test("nobody's text is shown after a sign-out", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
  const { page, push, worker } = await openWithPush(a);
  const { uuid: message_uuid } = await apiB.send({ message_group_uuid }, "not for others");
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  await leave(page);
  await push({ kind: "message", message_group_uuid, message_uuid, user_uuid: apiA.user_uuid });
  await expect
    .poll(() => shownBy(worker))
    .toEqual([{ title: "Cruddur Messages", body: "New message", tag: message_group_uuid }]);
});

test("pushes are asked for with a button alone, and end with it", async () => {
  const person = await createPerson("Kosh");
  const page = await browser.open();
  await page.addInitScript(() => {
    // Stands for the push service, which a browser without a network account cannot reach.
    const asked: string[] = [];
    Object.assign(window, { asked });
    let current: object | null = null;
    const subscription = {
      endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
      toJSON: () => ({
        endpoint: subscription.endpoint,
        keys: { p256dh: `B${"c".repeat(86)}`, auth: "d".repeat(22) },
      }),
      unsubscribe: async () => {
        current = null;
        return true;
      },
    };
    Object.defineProperty(Notification, "permission", {
      get: () => (asked.length > 0 ? "granted" : "default"),
    });
    Object.assign(Notification, {
      requestPermission: async () => {
        asked.push("permission");
        return "granted";
      },
    });
    Object.assign(PushManager.prototype, {
      getSubscription: async () => current,
      subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
        asked.push(applicationServerKey);
        current = subscription;
        return subscription;
      },
    });
  });
  await page.request.post("/session", {
    data: { handle: person.handle, password: person.password },
    headers: { origin: stackUrl() },
  });
  await page.goto("/messages");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto("/settings");
  const asked = () => page.evaluate(() => (window as unknown as { asked: string[] }).asked);
  const section = page.getByRole("region", { name: "Notifications" });
  await section.getByRole("button", { name: "Turn on for this device" }).waitFor();
  expect(await asked()).toEqual([]);
  expect(await findAxeViolations(page)).toEqual([]);
  const subscribed = page.waitForResponse(/push\.subscribe/);
  await section.getByRole("button", { name: "Turn on for this device" }).click();
  expect((await subscribed).status()).toBe(200);
  expect(await asked()).toEqual(["permission", expect.stringMatching(/^[\w-]{87}$/)]);
  const ended = page.waitForResponse(/push\.unsubscribe/);
  await section.getByRole("button", { name: "Turn off for this device" }).click();
  expect((await ended).status()).toBe(200);
  await section.getByRole("button", { name: "Turn on for this device" }).waitFor();

  const mentions = section.getByRole("switch", { name: "Mentions in muted conversations" });
  await mentions.click();
  await expect.poll(() => mentions.isChecked()).toBe(false);
  const sound = section.getByRole("switch", { name: "Sound" });
  await sound.click();
  await page.reload();
  await expect.poll(() => mentions.isChecked()).toBe(false);
  expect(await sound.isChecked()).toBe(false);
});

test("a message plays a sound and is shown while the app is open but not in view, until it is read elsewhere", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
  const c = await createPerson("Cleo Costa");
  const other = await apiA.send({ handle: c.handle }, "three");
  const page = await browser.openAs(a);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.evaluate(() => {
    const events: string[] = [];
    Object.assign(window, { events });
    Object.defineProperty(document, "hidden", { value: true });
    Object.defineProperty(Notification, "permission", { value: "granted" });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      if (events.at(-1) !== "sound") events.push("sound");
      start.call(this, when);
    };
    Object.assign(ServiceWorkerRegistration.prototype, {
      showNotification: async (title: string, { body }: { body: string }) => {
        events.push(`${title}: ${body}`);
      },
      getNotifications: async ({ tag }: { tag: string }) => [
        { close: () => events.push(`closed ${tag}`) },
      ],
    });
  });
  const events = () => page.evaluate(() => (window as unknown as { events: string[] }).events);
  const { uuid } = await apiB.send({ message_group_uuid }, "psst");
  const alerted = ["sound", "Ben Brook: psst"];
  await expect.poll(events).toEqual(alerted);
  await apiA.messageGroups.markRead.mutate({ message_group_uuid, message_uuid: uuid });
  await expect.poll(events).toEqual([...alerted, `closed ${message_group_uuid}`]);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await apiA.messageGroups.mute.mutate({ message_group_uuid, until });
  await apiB.send({ message_group_uuid }, "a muted one");
  const apiC = await apiOf(c);
  await apiC.send({ message_group_uuid: other.message_group_uuid }, "another conversation");
  await expect.poll(async () => (await events()).at(-1)).toBe("Cleo Costa: another conversation");
  expect(await events()).not.toContain("Ben Brook: a muted one");
});

test("in view, a page plays a sound for other conversations, and none for the one that it shows", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
  const c = await createPerson("Cleo Costa");
  await apiA.send({ handle: c.handle }, "three");
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByText("two").last().waitFor();
  await page.evaluate(() => {
    Object.assign(window, { sounds: 0, shown: 0 });
    const counts = window as unknown as { sounds: number; shown: number };
    Object.defineProperty(Notification, "permission", { value: "granted" });
    // The sound has two tones.
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      counts.sounds += 0.5;
      start.call(this, when);
    };
    Object.assign(ServiceWorkerRegistration.prototype, {
      showNotification: async () => {
        counts.shown += 1;
      },
    });
  });
  await apiB.send({ message_group_uuid }, "in the conversation that is shown");
  await page.getByText("in the conversation that is shown").last().waitFor();
  const counts = () =>
    page.evaluate(() => {
      const { sounds, shown } = window as unknown as { sounds: number; shown: number };
      return { sounds, shown };
    });
  await (await apiOf(c)).send({ handle: a.handle }, "in another conversation");
  await expect.poll(counts).toEqual({ sounds: 1, shown: 0 });
});
