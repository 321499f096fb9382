import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { API_PORT, METRICS_PORT } from "../src/names.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const dockerfile = read("Dockerfile");
const { packageManager }: { packageManager: string } = JSON.parse(read("package.json"));
const compose: {
  services: Record<
    string,
    {
      build?: { target: string };
      environment?: Record<string, string>;
      env_file?: unknown;
      command?: string[];
      ports?: string[];
      volumes?: string[];
      depends_on?: Record<string, { condition: string }>;
      healthcheck?: unknown;
    }
  >;
  volumes: Record<string, unknown>;
} = parse(read("compose.yaml"));

/** The stages of the Dockerfile by name, in order. */
const stages = new Map(
  dockerfile
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((text) => [/^FROM \S+ AS (\S+)/.exec(text)?.[1] ?? "", text]),
);

test("the image is built with the workspace's package manager and only from the lockfile", () => {
  expect(stages.get("workspace")).toContain(`npm install --global ${packageManager}\n`);
  expect(stages.get("workspace")).toContain("--frozen-lockfile");
});

test("base images are named by digest, so that a moved tag changes nothing", () => {
  const bases = dockerfile.match(/^FROM \S+/gm) ?? [];
  expect(bases).toHaveLength(stages.size);
  for (const base of bases) expect(base).toMatch(/^FROM node:24-bookworm-slim@sha256:[\da-f]{64}$/);
});

test("every image runs without root and has a health check", () => {
  for (const name of ["one-machine", "server"]) {
    expect(stages.get(name)).toMatch(/^USER node$/m);
    expect(stages.get(name)).toMatch(/^HEALTHCHECK /m);
  }
});

test("a build without a target creates the server from bundles of the workspace", () => {
  expect([...stages.keys()].at(-1)).toBe("server");
  const server = stages.get("server") ?? "";
  const copied = [...server.matchAll(/^COPY --from=workspace \/app\/(\S+)\/dist (\S+)$/gm)];
  expect(copied.map(([, from]) => from)).toEqual(["apps/server", "apps/web", "apps/cli"]);
  for (const [, from = "", to] of copied) {
    expect(to).toBe(`${from}/dist`);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      read(`${from}/package.json`),
    );
    expect(scripts.build).toBeDefined();
  }
  expect(server).toContain(`EXPOSE ${API_PORT} ${METRICS_PORT}\n`);
});

test("no file of a developer's machine enters the build", () => {
  const ignored = read(".dockerignore").split("\n");
  for (const path of ["**/node_modules", "**/.env*", "**/.data", ".git"]) {
    expect(ignored).toContain(path);
  }
});

test("compose starts the app after its databases are healthy, on the loopback interface, and keeps their data", () => {
  const { app, dynamodb, postgres } = compose.services;
  expect([...stages.keys()]).toContain(app?.build?.target);
  for (const name of Object.keys(app?.depends_on ?? {})) {
    expect(app?.depends_on?.[name]?.condition).toBe("service_healthy");
    expect(compose.services[name]?.healthcheck).toBeDefined();
  }
  for (const service of [app, dynamodb, postgres]) {
    for (const port of service?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    const [volume = ""] = service?.volumes ?? [];
    expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
  }
});

test("compose has no known password, and passes every variable on", () => {
  const { app, postgres } = compose.services;
  const environments = { ...app?.environment, ...postgres?.environment };
  const secrets = Object.entries(environments).filter(([name]) => /PASSWORD|SECRET/.test(name));
  expect(secrets.map(([name]) => name).sort()).toEqual([
    "AWS_COGNITO_CLIENT_SECRET",
    "DEMO_PASSWORD",
    "POSTGRES_PASSWORD",
  ]);
  // Each is given from outside: empty by default, or required.
  for (const [, value] of secrets) expect(value).toMatch(/^\$\{\w+:(-\}$|\?)/);
  expect(app?.environment?.TRUSTED_PROXIES).toMatch(/^\$\{TRUSTED_PROXIES:-0\}$/);
  expect(app?.env_file).toEqual([{ path: ".env", required: false }]);
});

test("compose gives its DynamoDB, which accepts anybody, a port that browsers refuse", () => {
  const { app, dynamodb } = compose.services;
  expect(dynamodb?.ports).toBeUndefined();
  const port = dynamodb?.command?.at(-1);
  expect(app?.environment?.AWS_ENDPOINT_URL).toBe(`http://dynamodb:${port}`);
  // A bad port of the Fetch standard, which Node.js refuses as browsers do.
  return expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
    cause: { message: "bad port" },
  });
});
