import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { useServer } from "./support/stack.ts";

const ORIGIN = "http://localhost:3000";
const webRoot = join(tmpdir(), `cruddur-web-${randomUUID()}`);
beforeAll(() => {
  mkdirSync(join(webRoot, "assets"), { recursive: true });
  writeFileSync(join(webRoot, "index.html"), "<!doctype html><title>app</title>");
  writeFileSync(join(webRoot, "assets/app-abc123.js"), "console.log('app')");
  return () => rmSync(webRoot, { recursive: true });
});
const { stack, server } = useServer({ WEB_ROOT: webRoot });

describe("every response", () => {
  test.each([
    "/",
    "/healthz",
    "/trpc/users.me",
    "/assets/none.js",
    "/session",
    "/trpc/live.events",
  ])("%s has the security headers", async (path) => {
    const response = await fetch(server.url + path);
    const csp = response.headers.get("content-security-policy") ?? "";
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain("unsafe");
    expect(csp).toContain("require-trusted-types-for 'script'; trusted-types service-worker");
    expect(csp).toMatch(/; report-uri \/csp-reports$/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    await response.body?.cancel();
  });

  test("only the web origin gets CORS headers", async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/trpc/messages.create`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const ours = await preflight(ORIGIN);
    expect(ours.status).toBe(204);
    expect(ours.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(ours.headers.get("access-control-allow-headers")).toContain("authorization");
    const foreign = await preflight("https://evil.example");
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    const answer = await fetch(`${server.url}/healthz`, { headers: { origin: ORIGIN } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("vary")).toContain("origin");
  });
});

test.each(["a b", "a/b", "\\", "[::1", "999.1.1.1", "a:99999", "\u00e9", "%00", "a@b", ""])(
  "a request whose Host is %j is refused as invalid, and is no error of the server",
  async (host) => {
    const { port } = new URL(server.url);
    const paths = ["/", "/healthz", "/trpc/users.me", "/trpc/live.events", "/session"];
    for (const path of paths) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.end(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, "latin1");
      const answer = (await text(socket)).split("\r\n")[0];
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  },
);

describe("the web app", () => {
  test.each(["/", "/messages", "/messages/new/londo", "/messages/@some.one"])(
    "%s is the app's page",
    async (path) => {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toContain("<title>app</title>");
    },
  );

  test("assets may be cached for ever and are compressed for browsers that accept it", async () => {
    const response = await fetch(`${server.url}/assets/app-abc123.js`, {
      headers: { "accept-encoding": "identity" },
    });
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(await response.text()).toBe("console.log('app')");
    const etag = response.headers.get("etag") ?? "";
    const again = await fetch(`${server.url}/assets/app-abc123.js`, {
      headers: { "if-none-match": etag },
    });
    expect(again.status).toBe(304);
    const brotli = await fetch(`${server.url}/assets/app-abc123.js`, {
      method: "HEAD",
      headers: { "accept-encoding": "br" },
    });
    expect(brotli.headers.get("content-encoding")).toBe("br");
  });

  test.each(["br", "gzip"])("the page is compressed with %s", async (encoding) => {
    const response = await fetch(`${server.url}/`, { headers: { "accept-encoding": encoding } });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(await response.text()).toContain("<title>app</title>");
  });

  test.each([
    "/assets/gone-1.js",
    "/assets/",
    "/assets/..%2f..%2fpackage.json",
    "/nothing.png",
    "/../../etc/passwd.txt",
  ])("%s is a 404", async (path) => {
    expect((await fetch(server.url + path)).status).toBe(404);
  });
});

test("what browsers report as blocked is counted by directive, whatever else a report says", async () => {
  const report = (body: unknown, type: string) =>
    fetch(`${server.url}/csp-reports`, {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const answers = await Promise.all([
    report({ "csp-report": { "effective-directive": "img-src" } }, "application/csp-report"),
    report(
      [
        { type: "csp-violation", body: { effectiveDirective: "script-src-elem" } },
        { type: "csp-violation", body: { effectiveDirective: "made up \n x" } },
      ],
      "application/reports+json",
    ),
    report("no report", "application/reports+json"),
    report(Array(21).fill({ body: { effectiveDirective: "img-src" } }), "application/json"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  expect(metrics.match(/^cruddur_csp_violations_total.*/gm)?.sort()).toEqual([
    'cruddur_csp_violations_total{directive="img-src"} 1',
    'cruddur_csp_violations_total{directive="other"} 1',
    'cruddur_csp_violations_total{directive="script-src-elem"} 1',
  ]);
});

test("security.txt says where to report a vulnerability, and exists only where that is known", async () => {
  const path = "/.well-known/security.txt";
  expect((await fetch(server.url + path)).status).toBe(404);
  const known = await stack.start({ SECURITY_CONTACT: "mailto:security@example.com" });
  const response = await fetch(known.url + path);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  const text = await response.text();
  expect(text).toContain("Contact: mailto:security@example.com\n");
  const [, expires = ""] = /^Expires: (.*)$/m.exec(text) ?? [];
  expect(Date.parse(expires)).toBeGreaterThan(Date.now() + 90 * 24 * 3600 * 1000);
});

test("no route takes a longer body than it has a use for, or fails on a broken form", async () => {
  const post = async (path: string, type: string, body: string) => {
    const options = { method: "POST", headers: { "content-type": type }, body };
    return (await fetch(`${server.url}${path}`, options)).status;
  };
  const form = "application/x-www-form-urlencoded";
  expect(await post("/account/export/download", form, `ticket=${"a".repeat(5_000)}`)).toBe(413);
  expect(await post("/session", "application/json", `"${"a".repeat(70_000)}"`)).toBe(413);
  for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
    expect(await post("/account/export/download", type, "no parts"), type).toBe(422);
  }
});
