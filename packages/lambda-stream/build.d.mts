import type { BuildOptions } from "esbuild";

export const bundleOptions: BuildOptions & { entryPoints: string[]; outfile: string };
