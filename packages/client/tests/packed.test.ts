import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { launchChromium } from "@cruddur/engines/chromium";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, here, type Project } from "./packed-support.ts";
import { clientOf, find, pages, password, url } from "./support.ts";

let project: Project;
beforeAll(async () => {
  project = await createProject();
});
afterAll(() => rm(project.folder, { recursive: true, force: true }));

/** Text of a file of the tarball. */
const packed = (name: string) =>
  execFileSync("tar", ["-xzOf", project.tarball, `package/${name}`], { encoding: "utf8" });
const listing = () =>
  execFileSync("tar", ["-tzf", project.tarball], { encoding: "utf8" }).trim().split("\n");

describe("the packed package", () => {
  test("publint finds nothing to say", async () => {
    const tarball = new Uint8Array(await readFile(project.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect([pkg?.name, messages]).toEqual(["@cruddur/client", []]);
  });

  test("arethetypeswrong finds its types under every resolution", async () => {
    const result = await checkPackage(
      createPackageFromTarballData(new Uint8Array(await readFile(project.tarball))),
    );
    if (result.types === false) throw new Error("the package has no types");
    // CommonJS programs get an ES module, which `require` loads from Node 20.19 on.
    const problems = result.problems.filter(({ kind }) => kind !== "CJSResolvesToESM");
    expect(problems).toEqual([]);
  });

  test("its declarations name no server type, no tRPC and no package of the workspace", () => {
    const declarations = listing().filter((name) => name.endsWith(".d.ts"));
    expect(declarations.length).toBeGreaterThan(0);
    for (const name of declarations) {
      const text = packed(name.replace("package/", ""));
      const imports = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, from]) => from);
      for (const from of imports) expect(from).toMatch(/^\.\//);
      expect(text).not.toMatch(/trpc\/|@cruddur\/|AppRouter|zod/i);
    }
  });

  test("it holds its program, declarations, readme and licence, and depends on one package", () => {
    const other = listing().filter((name) => !/^package\/dist\/.+\.(js|d\.ts)$/.test(name));
    expect(other.sort()).toEqual(["package/LICENSE", "package/README.md", "package/package.json"]);
    const manifest = JSON.parse(packed("package.json")) as { dependencies: object };
    expect(manifest.dependencies).toEqual({
      "eventsource-parser": expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect(packed("README.md")).toContain(
      readFileSync(join(here, "../../examples/quick-start.ts"), "utf8"),
    );
  });
});

describe("the examples, on the packed package", () => {
  const as = (handle: string) => ({
    CRUDDUR_URL: url,
    CRUDDUR_HANDLE: handle,
    CRUDDUR_PASSWORD: password,
  });

  test("the quick start sends a message and prints the unread conversations", async () => {
    await clientOf("mira").send({ handle: "andrewbrown", message: "unread" });
    const andrew = clientOf("andrewbrown");
    const unread = async () => (await andrew.messageGroups.list({ unread: true })).items.length;
    await expect.poll(unread).toBeGreaterThan(0);
    const quickStart = project.start("quick-start.js", as("andrewbrown"));
    expect([await quickStart.ended, quickStart.output()]).toEqual([
      0,
      expect.stringMatching(/: \d+ unread$/m),
    ]);
    const newest = async () => (await clientOf("bayko").messageGroups.list({ limit: 1 })).items[0];
    await expect.poll(newest).toMatchObject({ message: "Hello from a program" });
  });

  test("the echo bot answers each message once, and stops when asked", async () => {
    const bot = project.start("echo-bot.js", as("bayko"));
    await expect.poll(bot.output).toContain("bayko is listening");
    const andrew = clientOf("andrewbrown");
    const events = andrew.events()[Symbol.asyncIterator]();
    await events.next();
    const sent = await andrew.send({ handle: "bayko", message: "are you there?" });
    const rest = { [Symbol.asyncIterator]: () => events };
    const answer = await find(
      rest,
      (event) => event.type === "message" && event.message.handle === "bayko",
    );
    expect(answer).toMatchObject({
      message: { message: "You said: are you there?", client_id: sent.uuid },
    });
    bot.stop();
    expect(await bot.ended).toBe(0);
  });

  test("the export prints a conversation from its first message on", async () => {
    const andrew = clientOf("andrewbrown");
    const { message_group_uuid } = await andrew.send({ handle: "bayko", message: "the last" });
    const program = project.start("export-conversation.js", as("andrewbrown"), ["bayko"]);
    expect(await program.ended).toBe(0);
    const lines = program.output().trim().split("\n");
    const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text);
    const all: string[] = [];
    const messages = andrew.messages.iterate({ message_group_uuid, order: "oldest_first" });
    for await (const { message } of messages) all.push(message);
    expect(texts).toEqual(all);
    expect(texts.at(-1)).toBe("the last");
  });

  test("the page signs in, sends and shows what arrives, from an origin of its own", async () => {
    await cp(join(project.folder, "browser/index.html"), join(pages.folder, "index.html"));
    await build({
      entryPoints: [join(project.folder, "built/page.js")],
      outfile: join(pages.folder, "page.js"),
      bundle: true,
      format: "esm",
      target: ["chrome111", "safari16.4", "firefox128"],
    });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(pages.origin);
      await page.getByLabel("Server").fill(pages.url);
      await page.locator("#sign-in").getByLabel("Handle").fill("londo");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Connected").waitFor();
      await clientOf("mira").send({ handle: "londo", message: "from elsewhere" });
      await page.getByText("from elsewhere").waitFor();
      await page.getByLabel("To").fill("mira");
      await page.getByLabel("Message").fill("from the page");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("from the page").waitFor();
    } finally {
      await browser.close();
    }
  });
});
