/** Longer than any client keeps a draft; docs/adr/0002-send-claims.md says why it ends at all. */
export const CLAIM_TTL_DAYS = 400;
