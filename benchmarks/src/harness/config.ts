/** The environment that the measured processes inherit, for example PATH. */
export const inheritedEnv: NodeJS.ProcessEnv = process.env;
