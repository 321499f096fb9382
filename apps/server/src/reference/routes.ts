import { Hono } from "hono";
import type { AppEnv } from "../http/request-scope.ts";
import { createOpenApi } from "./openapi.ts";
import { renderReference } from "./page.ts";
import { STYLE } from "./style.ts";

const CACHED = { "cache-control": "public, max-age=300" };

/** The API reference: `/openapi.json` for programs, `/docs` for people. Created on first use. */
export function createReferenceRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  let document: ReturnType<typeof createOpenApi> | undefined;
  let page: Promise<string> | undefined;
  const read = () => {
    document ??= createOpenApi();
    return document;
  };
  routes.get("/openapi.json", (c) => c.json(read(), 200, CACHED));
  routes.get("/docs", async (c) => {
    page ??= renderReference(read());
    return c.html(await page, 200, CACHED);
  });
  routes.get("/docs/style.css", (c) =>
    c.body(STYLE, 200, { ...CACHED, "content-type": "text/css; charset=utf-8" }),
  );
  return routes;
}
