import { createClientId } from "@cruddur/contract/ids";
import { beforeAll } from "vitest";
import { type Client, createClient } from "./client.ts";
import { type Handle, signIn, useServer } from "./stack.ts";

/** A server for one test file, with the demo people signed in. */
export function usePeople() {
  const { stack, server } = useServer();
  const clients = new Map<Handle, Client>();
  beforeAll(async () => {
    for (const handle of ["andrewbrown", "bayko", "londo"] as const) {
      clients.set(handle, createClient(server.url, (await signIn(server, handle)).access_token));
    }
  });
  const as = (handle: Handle): Client => {
    const client = clients.get(handle);
    if (client === undefined) throw new Error("not signed in");
    return client;
  };
  const send = (
    from: Handle,
    to: { handle: string } | { message_group_uuid: string },
    message: string,
  ) => as(from).messages.create.mutate({ ...to, message, client_id: createClientId() });
  return { stack, as, send };
}
