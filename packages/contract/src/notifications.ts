/**
 * The channel of Postgres on which operators' commands tell every server that all sessions of a person
 * have ended. The payload is the person's uuid.
 */
export const SESSIONS_ENDED_CHANNEL = "cruddur_sessions_ended";

/** The channel on which operators' commands send every server a live notice, as JSON. */
export const OPERATOR_NOTICES_CHANNEL = "cruddur_operator_notices";
