import { isIPv6 } from "node:net";

/** Where this machine reaches a server that listens on all of its addresses. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
/** Listening on one of these, a server answers on `localhost`. */
const LOCALHOST = new Set(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"]);

/** True for an address that only programs on this machine reach. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

const originOf = (host: string, port: number) =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** The origin at which programs on this machine reach a server that listens on `host`. */
export function localOrigin(host: string, port: number): string {
  return originOf(LOOPBACK_OF[host] ?? host, port);
}

/** The origin that people open in a browser, unless WEB_ORIGIN says otherwise. */
export function browserOrigin(host: string, port: number): string {
  return originOf(LOCALHOST.has(host) ? "localhost" : host, port);
}
