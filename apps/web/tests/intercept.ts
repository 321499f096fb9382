import type { BrowserContext, Page, Route } from "playwright-core";

/**
 * Answers requests as `answer` says, until the returned function is called. The route itself stays,
 * because Chromium never answers a request that starts while the last route is removed, and the page
 * then waits for a part of the app forever (https://github.com/microsoft/playwright/issues/41802).
 */
export async function intercept(
  target: Page | BrowserContext,
  url: Parameters<Page["route"]>[0],
  answer: (route: Route) => unknown,
): Promise<() => void> {
  let isStopped = false;
  await target.route(url, (route) => (isStopped ? route.fallback() : answer(route)));
  return () => {
    isStopped = true;
  };
}
