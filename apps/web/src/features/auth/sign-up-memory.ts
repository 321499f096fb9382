const KEY = "cruddur-sign-up";

let secret: { handle: string; password: string } | null = null;

/** Keeps a password in this page's memory until the account is confirmed, which then signs in. */
export function rememberPassword(handle: string, password: string): void {
  secret = { handle, password };
}

/** @returns the remembered password of a handle, once */
export function takePassword(handle: string): string | null {
  const found = secret?.handle === handle ? secret.password : null;
  secret = null;
  return found;
}

/** Keeps in this tab where a person's code was sent, so that a reload still shows it. */
export function rememberEmail(handle: string, email: string): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ handle, email }));
  } catch {
    // Without storage the page does not name the address.
  }
}

/** The address to which a handle's code was sent; null when this tab does not know. */
export function rememberedEmail(handle: string): string | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    const known = stored as { handle?: unknown; email?: unknown } | null;
    return known?.handle === handle && typeof known.email === "string" ? known.email : null;
  } catch {
    return null;
  }
}
