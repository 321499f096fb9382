import type { BuildOptions } from "esbuild";

/** The options, for the bench, which compares with a default bundle of the same entry. */
export const bundleOptions: BuildOptions;
