import { build } from "vite";

/** Bundles a module and what it imports into one classic script, which every supported browser runs. */
export async function bundleScript(
  entry: string,
  define: Record<string, string> = {},
): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define,
    build: {
      write: false,
      target: ["chrome111", "safari16.4", "firefox128"],
      rolldownOptions: { input: entry, output: { format: "iife" } },
    },
  });
  const [output] = [result].flat();
  const chunk = output !== undefined && "output" in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error(`${entry} was not built`);
  return chunk.code;
}
