export { createCognitoProgram } from "./cognito-program.ts";
export { createDbProgram } from "./db-program.ts";
export { createFindUserByHandle } from "./find-user.ts";
