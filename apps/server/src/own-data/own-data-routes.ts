import { accountProofInput } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { SecurityEventName } from "@cruddur/db/security-events";
import type { Context, Hono } from "hono";
import { type Audit, describeCaller } from "../auth/attempts.ts";
import type { Identity } from "../auth/identity.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import { toExportStream } from "./export-stream.ts";
import type { OwnData } from "./own-data.ts";

export interface OwnDataRoutesOptions {
  /** Who calls, counted against the limits of sign-ins and codes. */
  authenticate: (c: Context<AppEnv>) => Promise<Identity>;
  /** Does the work and records how it went. */
  audited: <Result>(
    c: Context<AppEnv>,
    event: SecurityEventName,
    caller: Identity,
    work: () => Promise<Result>,
  ) => Promise<Result>;
  ownData: OwnData;
  audit: Audit;
  limits: Pick<Limits, "consume">;
}

const NO_STORE = { "cache-control": "no-store" };

/** The export and the erasure of the caller's account, each asked for with a proof of the password. */
export function addOwnDataRoutes(routes: Hono<AppEnv>, options: OwnDataRoutesOptions): void {
  const { authenticate, audited, ownData, audit, limits } = options;

  routes.post("/export", async (c) => {
    const caller = await authenticate(c);
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    const ticket = await audited(c, "export", caller, async () => {
      const createTicket = await ownData.askForExport(caller, proof);
      // Counted once the password is right, so that a wrong one doesn't use up the day.
      await limits.consume("exports", { user: caller.user_uuid });
      return createTicket();
    });
    return Response.json({ ticket }, { headers: NO_STORE });
  });

  // A form of the page sends the ticket, so the browser itself writes the answer to a file and no
  // page holds it. A ticket in the address would stay in the history. The origin isn't checked: browsers
  // hide it under our referrer policy, and another site has neither a ticket nor a use for a cookie.
  routes.post("/export/download", async (c) => {
    await limits.consume("lookups", { address: c.env.scope.address });
    const { ticket } = await c.req.parseBody().catch(() => {
      throw new AppError("invalid_input");
    });
    const opened = typeof ticket === "string" ? await ownData.openExport(ticket) : null;
    if (opened === null) throw new AppError("unauthenticated");
    const headers = {
      ...NO_STORE,
      "content-type": "application/jsonl; charset=utf-8",
      "content-disposition": `attachment; filename="${opened.fileName}"`,
    };
    return new Response(toExportStream(opened.lines), { headers });
  });

  routes.post("/erasure", async (c) => {
    const caller = await authenticate(c);
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    const ask = () => ownData.askForErasure(caller, proof, describeCaller(c));
    return Response.json(await audited(c, "erasure_asked", caller, ask), { headers: NO_STORE });
  });

  // Needs no proof: it only keeps what there is.
  routes.delete("/erasure", async (c) => {
    const caller = await authenticate(c);
    const { user_uuid } = caller;
    if (await ownData.keepAccount(caller, describeCaller(c))) {
      audit({ event: "erasure_undone", outcome: "ok", user_uuid, ...describeCaller(c) });
    }
    return new Response(null, { status: 204, headers: NO_STORE });
  });
}
