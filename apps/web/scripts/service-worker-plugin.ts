import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";
import { bundleScript } from "./bundle-script.ts";

const ENTRY = fileURLToPath(new URL("../src/worker/service-worker.ts", import.meta.url));
/** Files without a hash in their names, beside the page, that an app without a network shows. */
const UNHASHED = ["/favicon.svg"];

/**
 * Builds the service worker beside the app, as one classic script, which every supported browser
 * runs. It knows the names of the app's files, so it changes with every build that differs.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    async generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css)$/.test(name));
      if (!("index.html" in bundle)) return;
      const hash = createHash("sha256").update(sourceOf(bundle["index.html"]));
      const version = hash.update(files.sort().join()).digest("hex").slice(0, 16);
      const shell = { version, files: ["/", ...UNHASHED, ...files.map((name) => `/${name}`)] };
      const source = await bundleScript(ENTRY, { SHELL: JSON.stringify(shell) });
      this.emitFile({ type: "asset", fileName: "service-worker.js", source });
    },
  };
}

function sourceOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined) {
  return file?.type === "asset" ? file.source : "";
}
