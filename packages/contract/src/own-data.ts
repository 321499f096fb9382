/** What is a person's own: the export and the erasure of their account. */
import { z } from "zod";
import { time } from "./fields.ts";
import { newHandleSchema } from "./users.ts";

/** How long an export can be downloaded after it was asked for. */
export const EXPORT_TICKET_SECONDS = 60;

export const exportTicketOutput = z
  .object({ ticket: z.string().describe("Sent once, as the field `ticket` of a form.") })
  .meta({ id: "ExportTicket", description: "Lets its holder download the export for a minute." });
export type ExportTicket = z.infer<typeof exportTicketOutput>;

export const erasureOutput = z
  .object({ due_at: time.describe("When the account is erased; until then it can be kept.") })
  .meta({ id: "Erasure", description: "The erasure of an account that its owner asked for." });
export type Erasure = z.infer<typeof erasureOutput>;

export const usersErasureOutput = erasureOutput.nullable();

export const usersChangeHandleInput = z.object({ handle: newHandleSchema });
