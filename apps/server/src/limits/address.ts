import { isIPv6 } from "node:net";

/**
 * The client's address: the socket's, or what the outermost trusted proxy saw. Each proxy appends
 * to X-Forwarded-For, so only the last `trustedProxies` entries are theirs; what is before them
 * the client may have made up.
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

/** One IPv6 customer holds a /64 at least; IPv4 in IPv6 form is IPv4. */
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
