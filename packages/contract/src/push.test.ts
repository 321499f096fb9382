import { expect, test } from "vitest";
import { DEFAULT_PUSH_SERVICES, isPushEndpoint, pushServices } from "./push.ts";

const services = pushServices.parse(DEFAULT_PUSH_SERVICES);

test.each([
  "https://fcm.googleapis.com/fcm/send/abc",
  "https://updates.push.services.mozilla.com/wpush/v2/abc",
  "https://web.push.apple.com/abc",
  "https://db5p.notify.windows.com/w/?token=abc",
])("%s is an address of a known push service", (endpoint) => {
  expect(isPushEndpoint(endpoint, services)).toBe(true);
});

test.each([
  ["another host", "https://example.com/fcm.googleapis.com"],
  ["a host that ends alike", "https://evilfcm.googleapis.com.example.com/"],
  ["a host without the dot", "https://evilpush.apple.com/"],
  ["a host that lacks the first letter", "https://cm.googleapis.com/fcm/send/abc"],
  ["plain http", "http://fcm.googleapis.com/fcm/send/abc"],
  ["another port", "https://fcm.googleapis.com:8443/fcm/send/abc"],
  ["credentials", "https://user:secret@fcm.googleapis.com/fcm/send/abc"],
  ["a user name", "https://user@fcm.googleapis.com/fcm/send/abc"],
  ["a password", "https://:secret@fcm.googleapis.com/fcm/send/abc"],
  ["the instance metadata", "http://169.254.169.254/latest/meta-data"],
  ["a loopback address", "http://127.0.0.1:8000/push"],
  ["a loopback address with https", "https://127.0.0.1/push"],
  ["a file", "file:///etc/passwd"],
  ["no address", "fcm.googleapis.com"],
])("%s is refused", (_, endpoint) => {
  expect(isPushEndpoint(endpoint, services)).toBe(false);
});

test("the names of a list may have spaces around them", () => {
  expect(pushServices.parse(" a.example.com, *.b.example.com ")).toEqual([
    "a.example.com",
    "*.b.example.com",
  ]);
});

test("a local stack names its own push service by port, and no other port is allowed", () => {
  const local = pushServices.parse("http://127.0.0.1:8000");
  expect(isPushEndpoint("http://127.0.0.1:8000/push/1", local)).toBe(true);
  expect(isPushEndpoint("http://127.0.0.1:8001/push/1", local)).toBe(false);
  expect(isPushEndpoint("http://localhost:8000/push/1", local)).toBe(false);
});

test.each([
  "",
  "10.0.0.1",
  "http://169.254.169.254:80",
  "*",
  "https://fcm.googleapis.com",
  "*.com,",
])("the list %j of push services is refused", (list) => {
  expect(pushServices.safeParse(list).success).toBe(false);
});
