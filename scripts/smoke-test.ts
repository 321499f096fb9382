/** `node --import tsx scripts/smoke-test.ts <url>`: sends one message through a running product. */
import { CliError } from "@cruddur/command-line/cli-error";
import { note } from "@cruddur/command-line/output";
import { createProgram, runCli } from "@cruddur/command-line/program";
import { createClientId } from "@cruddur/contract/ids";

interface Account {
  access_token: string;
}
interface Page {
  items: { message: string }[];
}

/** Sends a request, with a JSON body if given. Returns the JSON of the answer. Throws if it failed. */
async function call<Answer>(
  url: URL,
  { token = "", body = undefined as unknown },
): Promise<Answer> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      origin: url.origin,
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw new CliError(`${url.pathname} answered ${response.status}`);
  return (await response.json()) as Answer;
}

/** Sends a message from one demo person to another, and reads it as the other one. */
async function smokeTest(address: string, { password }: { password: string }): Promise<void> {
  const at = (path: string) => new URL(path, address);
  await call(at("/healthz"), {});
  const signIn = (handle: string) => call<Account>(at("/session"), { body: { handle, password } });
  const [sender, receiver] = await Promise.all([signIn("andrewbrown"), signIn("londo")]);
  const message = `smoke test ${createClientId()}`;
  const sent = await call<{ result: { data: { message_group_uuid: string } } }>(
    at("/trpc/messages.create"),
    {
      token: sender.access_token,
      body: { handle: "londo", message, client_id: createClientId() },
    },
  );
  const list = at("/trpc/messages.list");
  const { message_group_uuid } = sent.result.data;
  list.searchParams.set("input", JSON.stringify({ message_group_uuid }));
  const read = await call<{ result: { data: Page } }>(list, { token: receiver.access_token });
  if (!read.result.data.items.some((item) => item.message === message)) {
    throw new CliError("the message was acknowledged but cannot be read");
  }
  // Otherwise the check of another day would be one message too many to a stranger.
  await call(at("/trpc/messageGroups.accept"), {
    token: receiver.access_token,
    body: { message_group_uuid },
  });
  note("One message was sent and read.");
}

const program = createProgram(
  "smoke-test",
  "Check a running product: its health, sign-in, and a message from one demo person to another.",
)
  .argument("<url>", "such as http://localhost:3000")
  .option("--password <password>", "password of the demo people", "crudders-unite")
  .action(smokeTest);

await runCli(program, process.argv);
