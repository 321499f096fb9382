/** The address to which the device sends what a person shares with the app (`manifest.webmanifest`). */
const SHARE_PATH = "/share";

export function isShare({ method, url }: Request): boolean {
  return method === "POST" && new URL(url).pathname === SHARE_PATH;
}

/**
 * Opens the page that asks for the receiver. The shared text goes into the fragment of the address,
 * which browsers never send, so that no server and no log sees it before it is sent as a message.
 */
export async function receiveShare(request: Request): Promise<Response> {
  const form = await request.formData();
  const parts = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim());
  // Some devices give the link as the text, or the text as the title.
  const text = [...new Set(parts)].filter((part) => part !== "").join("\n");
  return Response.redirect(`${SHARE_PATH}#${new URLSearchParams({ text })}`, 303);
}
