/** The environment processes under test inherit: without it they'd miss PATH and the like. */
export const inheritedEnv: NodeJS.ProcessEnv = process.env;
