import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  createConversation,
  DESKTOP,
  PHONE,
  signIn,
  startProxiedServer,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

const texts = (page: Page) =>
  page.locator("[role=log] li[data-state=sent] div[dir=auto]").allTextContents();

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Control+Enter");
}

/** A conversation of two people, each with a browser and a server process. */
async function openOnTwoServers() {
  const talk = await createConversation(["one", "two"]);
  const server = await startProxiedServer();
  const path = `/messages/${talk.message_group_uuid}`;
  const here = await browser.openAs(talk.a, { path, viewport: DESKTOP });
  const there = await browser.open({
    baseURL: server.url,
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  await there.goto(path);
  await signIn(there, talk.b);
  for (const page of [here, there]) await page.getByRole("log").getByText("two").waitFor();
  return { ...talk, server, path, here, there, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
}

test("people on two server processes see messages, typing, receipts and names live", async () => {
  await using talk = await openOnTwoServers();
  const { here, there, apiA } = talk;
  await say(here, "from the first server");
  await there.getByRole("log").getByText("from the first server").waitFor();
  await here.getByText("Seen", { exact: true }).waitFor();
  await there.getByRole("textbox").pressSequentially("hm");
  await here.getByText("Ben Brook is typing…").waitFor();
  await say(there, "from the second");
  await here.getByRole("log").getByText("from the second").waitFor();
  await apiA.users.update.mutate({ display_name: "Ana Renamed" });
  await there.getByRole("heading", { level: 1, name: "Ana Renamed" }).waitFor();
  const all = ["one", "two", "from the first server", "from the second"];
  for (const page of [here, there]) await expect.poll(() => texts(page)).toEqual(all);
});

test("after a server was killed, no message is missing and none is doubled", async () => {
  await using talk = await openOnTwoServers();
  const { here, there, server } = talk;
  const crashed = server.crash();
  await say(there, "sent to a dead server");
  await say(here, "sent meanwhile");
  await crashed;
  const all = ["one", "two", "sent meanwhile", "sent to a dead server"];
  await expect.poll(async () => (await texts(there)).toSorted()).toEqual(all.toSorted());
  await expect.poll(async () => (await texts(here)).toSorted()).toEqual(all.toSorted());
  // Both have the order of the server.
  expect(await texts(there)).toEqual(await texts(here));
});

test("messages sent over a cut connection are sent once and in order, although the tab was closed", async () => {
  await using talk = await openOnTwoServers();
  const { here, there, server, path } = talk;
  server.proxy.cut();
  for (const text of ["three", "four", "five"]) {
    await say(there, text);
    await there.getByRole("log").getByText(text, { exact: true }).waitFor();
  }
  const context = there.context();
  await there.close();
  server.proxy.resume();
  const again = await context.newPage();
  await again.goto(path);
  const all = ["one", "two", "three", "four", "five"];
  await expect.poll(() => texts(again)).toEqual(all);
  await expect.poll(() => texts(here)).toEqual(all);
});

test("a stalled network, as in a tunnel, loses no message in either direction", async () => {
  await using talk = await openOnTwoServers();
  const { here, there, server } = talk;
  server.proxy.stall();
  await say(here, "into the tunnel");
  await say(there, "out of the tunnel");
  await there.getByRole("log").getByText("out of the tunnel").waitFor();
  // One message is stored and its live event is stuck. The other has not reached the server.
  await here.locator("[role=log] li[data-state=sent]", { hasText: "into the tunnel" }).waitFor();
  await there.locator("[role=log] li[data-state=sending]", { hasText: "out of" }).waitFor();
  expect(await there.getByText("into the tunnel").count()).toBe(0);
  server.proxy.resume();
  await there.getByRole("log").getByText("into the tunnel").waitFor();
  await here.getByRole("log").getByText("out of the tunnel").waitFor();
  await expect.poll(async () => (await texts(there)).length).toBe(4);
  expect(await texts(there)).toEqual(await texts(here));
});
