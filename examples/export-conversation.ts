// Prints a conversation from its first message on, one JSON object per line:
//   node export-conversation.js <handle of the other person>
import { createClient } from "@cruddur/client";

const client = createClient({
  url: process.env.CRUDDUR_URL ?? "http://localhost:3000",
  handle: process.env.CRUDDUR_HANDLE ?? "andrewbrown",
  password: process.env.CRUDDUR_PASSWORD ?? "",
});

const [, , other = "bayko"] = process.argv;
for await (const conversation of client.messageGroups.iterate()) {
  if (conversation.handle !== other) continue;
  const { uuid: message_group_uuid } = conversation;
  for await (const message of client.messages.iterate({
    message_group_uuid,
    order: "oldest_first",
  })) {
    const { created_at, handle, message: text } = message;
    console.log(JSON.stringify({ created_at, handle, text }));
  }
}
