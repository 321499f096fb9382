// Answers every message with its own text. Run it as often as you like: each message gets one answer,
// because the answer's `client_id` is the uuid of the message.
import { createClient } from "@cruddur/client";

const client = createClient({
  url: process.env.CRUDDUR_URL ?? "http://localhost:3000",
  handle: process.env.CRUDDUR_HANDLE ?? "bayko",
  password: process.env.CRUDDUR_PASSWORD ?? "",
});

const me = await client.users.me();
const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());
process.once("SIGINT", () => stopping.abort());

for await (const event of client.events({ signal: stopping.signal })) {
  if (event.type === "ready") console.log(`${me.handle} is listening`);
  if (event.type !== "message" || event.message.user_uuid === me.uuid) continue;
  const { uuid, message_group_uuid, message } = event.message;
  await client.send({ message_group_uuid, message: `You said: ${message}`, client_id: uuid });
  await client.messageGroups.markRead({ message_group_uuid, message_uuid: uuid });
}
