import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientId } from "@cruddur/contract/ids";
import { launchChromium } from "@cruddur/engines/chromium";
import { getFreePort } from "@cruddur/engines/ports";
import { startTcpProxy, type TcpProxy } from "@cruddur/engines/tcp-proxy";
import type { AppRouter } from "@cruddur/server/router";
import { createTRPCClient, httpLink } from "@trpc/client";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { keepFailures } from "./failure-records.ts";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
const PASSWORD = "correct horse battery";

export interface Person {
  handle: string;
  display_name: string;
  email: string;
  password: string;
}

/** A browser for the file's tests, closed after them. Each page is a person's own device. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  const failures = keepFailures();

  return {
    /** A page in a new browser context. */
    async open(options: BrowserContextOptions & { baseURL?: string } = {}): Promise<Page> {
      const context = await browser.newContext({
        baseURL: stackUrl(),
        viewport: DESKTOP,
        locale: "en-GB",
        ...options,
      });
      // Other packages may keep the machine busy. Benchmarks measure time, tests do not.
      context.setDefaultTimeout(45_000);
      await failures.add(context);
      return context.newPage();
    },

    /**
     * A page where this person is signed in and sees the inbox, or the page at `path`. The session is
     * opened without the sign-in page, which has tests of its own.
     */
    async openAs(
      person: Person,
      options: BrowserContextOptions & { path?: string } = {},
    ): Promise<Page> {
      const { path = "/messages", ...context } = options;
      const page = await this.open(context);
      const { handle, password } = person;
      const response = await page.request.post("/session", {
        data: { handle, password },
        headers: { origin: new URL(options.baseURL ?? stackUrl()).origin },
      });
      expect(response.status()).toBe(200);
      await page.goto(path);
      await page.locator("main:not([aria-busy=true])").waitFor();
      await settleFrames(page);
      return page;
    },
  };
}

/** The address of the shared stack. */
export function stackUrl(): string {
  return inject("stack").url;
}

/** Fills in the sign-in page that is open. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Handle or email").fill(person.handle);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A fresh, confirmed account. */
export async function createPerson(display_name: string): Promise<Person> {
  const handle = `${display_name.toLowerCase().replace(/[^a-z0-9]/g, "")}${randomBytes(4).toString("hex")}`;
  const person = { handle, display_name, email: `${handle}@example.com`, password: PASSWORD };
  await post("/account", person);
  await post("/account/confirm", { handle, code: await readCode(handle) });
  // Others can find a person from their first sign-in on.
  await post("/session", { handle, password: PASSWORD });
  return person;
}

/** The newest code for an account that was sent to a person by email. */
export const readCode = (handle: string): Promise<string> => readMailedCode(`(@${handle})`);

/** The newest code in a mail whose line contains a text. */
export async function readMailedCode(mark: string): Promise<string> {
  const { dataDir } = inject("stack");
  const log = await readFile(join(dataDir, "user-pool/mail.log"), "utf8");
  const line = log.split("\n").findLast((text) => /code is \d/.test(text) && text.includes(mark));
  const code = line?.match(/\b\d{8}\b/)?.[0];
  if (code === undefined) throw new Error(`no code was mailed ${mark}`);
  return code;
}

/** The API as this person, to prepare what a test needs. */
export async function apiOf(person: Person) {
  const { access_token, user } = await post<{ access_token: string; user: { uuid: string } }>(
    "/session",
    { handle: person.handle, password: person.password },
  );
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${stackUrl()}/trpc`,
        headers: { authorization: `Bearer ${access_token}` },
      }),
    ],
  });
  return {
    // By name, because the client is a proxy that cannot be spread.
    messageGroups: client.messageGroups,
    messages: client.messages,
    users: client.users,
    user_uuid: user.uuid,
    /** @returns the stored message */
    send: (to: { handle: string } | { message_group_uuid: string }, message: string) =>
      client.messages.create.mutate({ ...to, message, client_id: createClientId() }),
  };
}

/** Two people with a conversation of these lines, written in turn, `a` first. */
export async function createConversation(lines: readonly string[]) {
  const [a, b] = await Promise.all([createPerson("Ana Alvarez"), createPerson("Ben Brook")]);
  const apis = await Promise.all([apiOf(a), apiOf(b)]);
  let message_group_uuid = "";
  for (const [index, line] of lines.entries()) {
    const [api, to] = index % 2 === 0 ? [apis[0], b] : [apis[1], a];
    ({ message_group_uuid } = await api.send({ handle: to.handle }, line));
    if (index === 0) await apis[1].messageGroups.accept.mutate({ message_group_uuid });
  }
  return { a, b, apiA: apis[0], apiB: apis[1], message_group_uuid };
}

export interface ProxiedServer extends AsyncDisposable {
  url: string;
  proxy: TcpProxy;
  /** SIGKILL; resolves once the supervisor has it up again. */
  crash(): Promise<void>;
}

/** Another server on the shared data, behind a connection that can be cut or stalled. */
export async function startProxiedServer(env: Record<string, string> = {}): Promise<ProxiedServer> {
  // Imported here, because loading takes a second and most files do not need it.
  const { startStack } = await import("@cruddur/dev-stack/stack");
  const port = await getFreePort();
  const proxy = await startTcpProxy({ targetPort: port });
  const url = `http://localhost:${proxy.port}`;
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-web-proxied-"));
  const stack = await startStack({
    dataDir,
    port,
    demo: false,
    worker: false,
    env: { ...inject("stack").env, WEB_ORIGIN: url, LOG_LEVEL: "warn", ...env },
  });
  return {
    url,
    proxy,
    async crash() {
      await stack.kill("server");
      await stack.ready("server");
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([stack.stop(), proxy.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** All records of a store of the outbox's database. */
export async function readOutbox(page: Page, store: "outbox" | "draft"): Promise<unknown[]> {
  return page.evaluate(async (name) => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const records: unknown[] = [];
    for (const { name: database = "" } of await indexedDB.databases()) {
      if (!database.startsWith("cruddur-outbox-")) continue;
      const open = await read(indexedDB.open(database));
      records.push(...(await read(open.transaction(name).objectStore(name).getAll())));
      open.close();
    }
    return records;
  }, store);
}

/** The texts of the drafts that are stored. */
export async function storedDrafts(page: Page): Promise<string[]> {
  return ((await readOutbox(page, "draft")) as { text: string }[]).map(({ text }) => text);
}

/** Deletes what the browser keeps for a page without a network, which it may or may not have yet. */
export async function deleteSnapshot(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase("cruddur-offline").onsuccess = resolve;
      }),
  );
}

/** Resolves when this text is visible. */
export async function settle(page: Page, text: string): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Waits for the end of colour transitions, during which a contrast check fails. */
export async function settleColours(page: Page): Promise<void> {
  await settleFrames(page);
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** Resolves when two more frames have begun, so that pending layout is done. */
export async function settleFrames(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
  });
}

/** The violations of WCAG 2.2 AA on the page. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  // Through the debugger, because the content security policy allows no other script.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // Experimental in axe, and a success criterion of WCAG 2.1 A: a name contains what is shown.
      rules: { "label-content-name-mismatch": { enabled: true } },
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  });
}

/** Expects that the document is not wider than the window. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(stackUrl() + path, {
    method: "POST",
    headers: { "content-type": "application/json", origin: stackUrl() },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
