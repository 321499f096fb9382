const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * True for a `Host` header that names a host, so that the request has a URL. Node.js passes on any
 * bytes, and everything behind this check would fail on them.
 */
export function isUsableHost(host: string | undefined): boolean {
  return host !== undefined && HOST.test(host) && URL.canParse(`http://${host}`);
}
