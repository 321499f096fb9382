import { isIPv6 } from "node:net";

/**
 * The client's address: the socket's, or the one that the outermost trusted proxy saw. Each proxy
 * appends to X-Forwarded-For, so only the last `trustedProxies` entries are written by proxies; the
 * client may have invented those before them.
 * @returns an IPv4 address or the first four groups of an IPv6 address
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | string[] | undefined,
  trustedProxies: number,
): string {
  const socket = socketAddress ?? "unknown";
  if (trustedProxies === 0 || forwardedFor === undefined) return toBucket(socket);
  const hops = String(forwardedFor).split(",");
  return toBucket(hops.at(-Math.min(trustedProxies, hops.length))?.trim() || socket);
}

/** One customer holds at least a /64 of IPv6 addresses. IPv4 in IPv6 form becomes IPv4. */
function toBucket(address: string): string {
  if (!address.includes(":")) return address.slice(0, 64);
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(bare)) return bare.slice(0, 64);
  const [head = "", tail = ""] = bare.split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail.split(":").filter(Boolean);
  const zeros = bare.includes("::") ? Math.max(0, 8 - left.length - right.length) : 0;
  return [...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
