import { expect, test } from "vitest";
import {
  createConversation,
  createPerson,
  findAxeViolations,
  PHONE,
  settle,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

test("a row shows who is typing, then the draft, then what waits to be sent, before the newest message", async () => {
  const { a, b, apiB, message_group_uuid } = await createConversation(["hello", "hi"]);
  const other = await createPerson("Cleo");
  await apiB.send({ handle: a.handle }, "newest");
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  const row = page.locator("#conversations li", { hasText: b.display_name });
  await row.getByText("newest").waitFor();
  const field = page.getByRole("textbox");
  await field.fill("half a thought");
  await row.getByText("newest").waitFor();
  await page.goto(`/messages/new/${other.handle}`);
  await row.getByText("Draft: half a thought").waitFor();
  await apiB.messages.typing.mutate({ message_group_uuid });
  await row.getByText("typing…", { exact: true }).waitFor();
  await apiB.send({ message_group_uuid }, "typed");
  await row.getByText("Draft: half a thought").waitFor();
  await row.getByRole("link").click();
  await page.getByRole("log").getByText("typed").waitFor();
  await page.context().setOffline(true);
  await field.press("Enter");
  await row.getByText("You: half a thought").waitFor();
  expect(await row.getByRole("link").locator("svg").count()).toBe(1);
  await page.context().setOffline(false);
  await expect.poll(() => row.getByRole("link").locator("svg").count()).toBe(0);
  await row.getByText("You: half a thought").waitFor();
});

test("the choice of unread conversations has their number", async () => {
  const { a, apiB } = await createConversation(["hello", "hi"]);
  const page = await browser.openAs(a);
  await page.getByRole("button", { name: /^Unread ?1$/ }).waitFor();
  await apiB.send({ handle: a.handle }, "again");
  await page.getByRole("button", { name: /^Unread ?2$/ }).waitFor();
});

test("a first visit has one welcome, beside the list or on a phone in it, with a link to share", async () => {
  const person = await createPerson("Nina");
  for (const viewport of [{ width: 1280, height: 800 }, PHONE]) {
    const page = await browser.openAs(person, {
      viewport,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByText("No messages yet").waitFor();
    const welcome = page.getByRole("heading", { name: "Welcome, Nina" });
    await welcome.waitFor();
    expect(await welcome.count()).toBe(1);
    await page.getByRole("button", { name: "Share your handle" }).click();
    await settle(page, "Copied a link");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(copied).pathname).toBe(`/messages/new/${person.handle}`);
  }
});

test("in forced colours, bubbles, the open row, the chosen filter and switches are marked", async () => {
  const { a, b, message_group_uuid } = await createConversation(["hello", "hi"]);
  const page = await browser.openAs(a, {
    path: `/messages/${message_group_uuid}`,
    forcedColors: "active",
  });
  await page.getByRole("log").getByText("hi", { exact: true }).waitFor();
  await settle(page, b.display_name);
  const style = (
    selector: string,
    property: "outlineStyle" | "borderTopColor" | "backgroundColor",
  ) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element)[name], property);
  const background = await style("body", "backgroundColor");
  expect(await style("#conversations [aria-current=page]", "outlineStyle")).toBe("solid");
  expect(await style("[role=log] [data-held]", "borderTopColor")).not.toBe(background);
  const [pressed, other] = await Promise.all(
    ["true", "false"].map((is) => style(`fieldset [aria-pressed=${is}]`, "borderTopColor")),
  );
  expect(pressed).not.toBe(other);
  expect(await findAxeViolations(page)).toEqual([]);
  await page.goto("/settings");
  await page.getByRole("switch").first().waitFor();
  expect(await style("[role=switch]", "backgroundColor")).not.toBe(background);
  await page.getByRole("switch").first().click();
  await expect.poll(() => style("[role=switch]", "borderTopColor")).not.toBe(background);
  expect(await findAxeViolations(page)).toEqual([]);
});
