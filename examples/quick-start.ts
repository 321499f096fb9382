import { createClient } from "@cruddur/client";

const client = createClient({
  url: process.env.CRUDDUR_URL ?? "http://localhost:3000",
  handle: process.env.CRUDDUR_HANDLE ?? "andrewbrown",
  password: process.env.CRUDDUR_PASSWORD ?? "",
});

await client.send({ handle: "bayko", message: "Hello from a program" });
for await (const conversation of client.messageGroups.iterate({ unread: true })) {
  console.log(`${conversation.display_name}: ${conversation.unread_count} unread`);
}
