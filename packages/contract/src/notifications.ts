/**
 * The channel of Postgres on which operators' commands tell every server that all sessions of a person
 * have ended. The payload is the person's uuid.
 */
export const SESSIONS_ENDED_CHANNEL = "cruddur_sessions_ended";
