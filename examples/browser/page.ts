// A page that signs in, sends messages and shows those that arrive. Its origin has to be the server's
// `WEB_ORIGIN`; bundle it with any bundler, for example `esbuild page.ts --bundle --format=esm`.
import { type Client, CruddurError, createClient } from "@cruddur/client";

const get = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;
const signInForm = get<HTMLFormElement>("sign-in");
const sendForm = get<HTMLFormElement>("send");

async function show(client: Client): Promise<void> {
  for await (const event of client.events()) {
    if (event.type === "ready") get("status").textContent = "Connected";
    if (event.type !== "message") continue;
    const item = document.createElement("li");
    item.textContent = `${event.message.display_name}: ${event.message.message}`;
    get("messages").append(item);
  }
}

/** Says what a failed call was refused with. */
function report(error: unknown): void {
  get("status").textContent = error instanceof CruddurError ? error.code : String(error);
}

signInForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const { url, handle, password } = Object.fromEntries(new FormData(signInForm)) as Record<
    "url" | "handle" | "password",
    string
  >;
  const client = createClient({ url, handle, password });
  sendForm.hidden = false;
  sendForm.addEventListener("submit", (submit) => {
    submit.preventDefault();
    const { handle: to, message } = Object.fromEntries(new FormData(sendForm)) as Record<
      "handle" | "message",
      string
    >;
    client.send({ handle: to, message }).then(() => sendForm.reset(), report);
  });
  show(client).catch(report);
});
