/** Names that operators and the documentation use. The names of the table are in `@cruddur/ddb/table`. */
export const STREAM_FUNCTION_NAME = "cruddur-messaging-stream";
export const PUSH_FUNCTION_NAME = "cruddur-messaging-push";
export const DEAD_LETTER_QUEUE_NAME = "cruddur-messaging-dead-letters";
export const REPOSITORY_NAME = "cruddur-server";
export const DATABASE_NAME = "cruddur";
export const API_PORT = 3000;
export const METRICS_PORT = 9464;
