export { createCognitoProgram } from "./cognito-program.ts";
export { createDbProgram } from "./db-program.ts";
export { createFindUserByHandle } from "./find-user.ts";
export type { CommandContext, Env } from "./options.ts";
