import { expect, test } from "vitest";
import { browserOrigin, localOrigin } from "./addresses.ts";

test.for([
  ["127.0.0.1", "http://127.0.0.1:3000", "http://localhost:3000"],
  ["0.0.0.0", "http://127.0.0.1:3000", "http://localhost:3000"],
  ["::", "http://[::1]:3000", "http://localhost:3000"],
  ["192.0.2.7", "http://192.0.2.7:3000", "http://192.0.2.7:3000"],
  ["2001:db8::7", "http://[2001:db8::7]:3000", "http://[2001:db8::7]:3000"],
] as const)(
  "a server that listens on %s is reached on %s, by a browser on %s",
  ([host, local, browser]) => {
    expect(localOrigin(host, 3000)).toBe(local);
    expect(browserOrigin(host, 3000)).toBe(browser);
  },
);
