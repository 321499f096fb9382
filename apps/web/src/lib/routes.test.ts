import { expect, it } from "vitest";
import { localPath, matchRoute, paths } from "./routes.ts";

const messageGroup = "0190a6c2-0000-7000-8000-00000000000a";
const match = (path: string) => {
  const { pathname, search } = new URL(path, "http://localhost");
  return matchRoute(pathname, search);
};

it("reads every address that it builds", () => {
  expect(match(paths.messages())).toEqual({ page: "messages" });
  expect(match(paths.messageGroup(messageGroup, { message: messageGroup }))).toEqual({
    page: "message_group",
    message_group_uuid: messageGroup,
    message_uuid: messageGroup,
  });
  expect(match(paths.messageGroupNew("londo"))).toEqual({
    page: "message_group_new",
    handle: "londo",
  });
  expect(
    match(paths.signIn({ next: paths.messageGroup(messageGroup, { message: messageGroup }) })),
  ).toEqual({
    page: "sign_in",
    next: `/messages/${messageGroup}?message=${messageGroup}`,
    handle: null,
  });
  expect(match(paths.signIn({ handle: "londo" }))).toEqual({
    page: "sign_in",
    next: null,
    handle: "londo",
  });
  expect(match(paths.confirm({ handle: "g'kar" }))).toEqual({ page: "confirm", handle: "g'kar" });
});

it("/messages/@handle and /messages/new/handle lead to the same page", () => {
  expect(match("/messages/@londo")).toEqual(match("/messages/new/londo"));
  expect(match("/messages/new/@londo")).toEqual(match("/messages/new/londo"));
});

it("an unknown address is not found, and is not an error", () => {
  for (const path of ["/nope", "/messages/not-a-uuid", "/messages/new/a/b", "/settings/x"]) {
    expect(match(path)).toEqual({ page: "not_found" });
  }
  expect(matchRoute("/messages/%E0%A4%A", "")).toEqual({ page: "not_found" });
});

it("signing in never leads to another site", () => {
  expect(localPath("//evil.example/x")).toBeNull();
  expect(localPath("/\\evil.example")).toBeNull();
  for (const gap of ["\t", "\n", "\r"]) expect(localPath(`/${gap}/evil.example`)).toBeNull();
  expect(localPath("https://evil.example")).toBeNull();
  expect(localPath("javascript:alert(1)")).toBeNull();
  expect(localPath("/messages?x=1")).toBe("/messages?x=1");
});
