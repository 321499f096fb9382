import { procedures } from "@cruddur/contract/procedures";
import { launchChromium } from "@cruddur/engines/chromium";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Hono } from "hono";
import { beforeAll, describe, expect, test } from "vitest";
import { createAccountRoutes } from "../src/auth/account-routes.ts";
import { createOwnAccountRoutes } from "../src/auth/own-account-routes.ts";
import { createSessionRoutes } from "../src/auth/session-routes.ts";
import { createOpenApi } from "../src/reference/openapi.ts";
import { useServer } from "./support/stack.ts";

const { server } = useServer();
const document = createOpenApi();

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1 and is what the server answers", async () => {
    const answer = await fetch(`${server.url}/openapi.json`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    const served = (await answer.json()) as Record<string, unknown>;
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
    const validator = new Validator();
    const { valid, errors } = await validator.validate(served);
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, "3.1"]);
  });

  test("holds every procedure, under the method that the server answers", async () => {
    for (const [path, { kind }] of Object.entries(procedures)) {
      const method = kind === "mutation" ? "post" : "get";
      expect(Object.keys(document.paths[`/trpc/${path}`] ?? {})).toEqual([method]);
    }
    const documented = Object.keys(document.paths).filter((path) => path.startsWith("/trpc/"));
    expect(documented).toHaveLength(Object.keys(procedures).length);
  });

  test("holds every plain route of sessions and accounts", () => {
    const none = {} as never;
    const routes = [
      ...new Hono().route("/session", createSessionRoutes(none)).routes,
      ...new Hono().route("/account", createAccountRoutes(none)).routes,
      ...new Hono().route("/account", createOwnAccountRoutes(none)).routes,
    ].filter(({ method }) => method !== "ALL");
    const documented = Object.entries(document.paths)
      .filter(([path]) => !path.startsWith("/trpc/"))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(documented.sort()).toEqual(
      routes.map(({ method, path }) => `${method.toLowerCase()} ${path}`).sort(),
    );
  });

  test("refers only to schemas that it holds", () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
    for (const [, name = ""] of names) expect(document.components.schemas).toHaveProperty(name);
  });
});

describe("the page at /docs", () => {
  let page: string;
  beforeAll(async () => {
    page = await (await fetch(`${server.url}/docs`)).text();
  });

  test("shows every procedure, and every link leads to a place on it", () => {
    for (const path of Object.keys(procedures)) expect(page).toContain(`id="${path}"`);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test("shows in a browser with its style, and the content policy refuses nothing", async () => {
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage({ viewport: { width: 360, height: 640 } });
      const complaints: string[] = [];
      tab.on("console", (message) => {
        // This server has no web app, and so no icon.
        if (!message.location().url.endsWith("/favicon.svg")) complaints.push(message.text());
      });
      await tab.goto(`${server.url}/docs`);
      await tab.getByRole("heading", { name: "GET /trpc/messages.list" }).waitFor();
      // As text, because this package's types know no DOM.
      const position = await tab.evaluate(
        "getComputedStyle(document.querySelector('nav')).position",
      );
      const width = await tab.evaluate("document.documentElement.scrollWidth");
      expect([position, width, complaints]).toEqual(["sticky", 360, []]);
    } finally {
      await browser.close();
    }
  });

  test("needs nothing that the content policy refuses", async () => {
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|https?:\/\//);
    const style = await fetch(`${server.url}/docs/style.css`);
    expect(style.headers.get("content-type")).toMatch(/^text\/css/);
  });
});
