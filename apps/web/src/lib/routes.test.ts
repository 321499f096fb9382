import { expect, it } from "vitest";
import { localPath, matchRoute, paths } from "./routes.ts";

const group = "0190a6c2-0000-7000-8000-00000000000a";
const match = (path: string) => {
  const { pathname, search } = new URL(path, "http://localhost");
  return matchRoute(pathname, search);
};

it("every address that is built is read back", () => {
  expect(match(paths.messages())).toEqual({ page: "messages" });
  expect(match(paths.messageGroup(group, { message: group }))).toEqual({
    page: "message_group",
    message_group_uuid: group,
    message_uuid: group,
  });
  expect(match(paths.messageGroupNew("londo"))).toEqual({
    page: "message_group_new",
    handle: "londo",
  });
  expect(match(paths.signIn({ next: paths.messageGroup(group, { message: group }) }))).toEqual({
    page: "sign_in",
    next: `/messages/${group}?message=${group}`,
    handle: null,
  });
  expect(match(paths.signIn({ handle: "londo" }))).toEqual({
    page: "sign_in",
    next: null,
    handle: "londo",
  });
  expect(match(paths.confirm({ handle: "g'kar" }))).toEqual({ page: "confirm", handle: "g'kar" });
});

it("/messages/@handle and /messages/new/handle lead to the same place", () => {
  expect(match("/messages/@londo")).toEqual(match("/messages/new/londo"));
  expect(match("/messages/new/@londo")).toEqual(match("/messages/new/londo"));
});

it("what is no address of ours is not found rather than an error", () => {
  for (const path of ["/nope", "/messages/not-a-uuid", "/messages/new/a/b", "/settings/x"]) {
    expect(match(path)).toEqual({ page: "not_found" });
  }
  expect(matchRoute("/messages/%E0%A4%A", "")).toEqual({ page: "not_found" });
});

it("signing in never leads off the site", () => {
  expect(localPath("//evil.example/x")).toBeNull();
  expect(localPath("/\\evil.example")).toBeNull();
  expect(localPath("https://evil.example")).toBeNull();
  expect(localPath("javascript:alert(1)")).toBeNull();
  expect(localPath("/messages?x=1")).toBe("/messages?x=1");
});
