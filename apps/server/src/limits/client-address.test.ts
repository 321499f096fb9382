import { expect, test } from "vitest";
import { clientAddress } from "./client-address.ts";

test("without trusted proxies the address is the socket's", () => {
  expect(clientAddress("1.2.3.4", "9.9.9.9", 0)).toBe("1.2.3.4");
});

test("behind proxies, addresses that a client wrote itself are never used", () => {
  expect(clientAddress("10.0.0.1", "9.9.9.9, 1.2.3.4", 1)).toBe("1.2.3.4");
  expect(clientAddress("10.0.0.1", "9.9.9.9, 1.2.3.4, 10.0.0.2", 2)).toBe("1.2.3.4");
  expect(clientAddress("10.0.0.1", undefined, 2)).toBe("10.0.0.1");
  expect(clientAddress("10.0.0.1", "", 1)).toBe("10.0.0.1");
});

test("an IPv6 network of one customer is one address, and an IPv4 address in IPv6 form is itself", () => {
  expect(clientAddress("2001:db8:1:2:3:4:5:6", undefined, 0)).toBe("2001:db8:1:2");
  expect(clientAddress("2001:db8::1", undefined, 0)).toBe("2001:db8:0:0");
  expect(clientAddress("::ffff:1.2.3.4", undefined, 0)).toBe("1.2.3.4");
});
