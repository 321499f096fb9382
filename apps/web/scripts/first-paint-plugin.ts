import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { bundleScript } from "./bundle-script.ts";

const ENTRY = fileURLToPath(new URL("../src/first-paint.ts", import.meta.url));

/**
 * Puts a script before the page's first paint. It is a file, because the content security policy
 * allows no inline script.
 */
export function firstPaint(): Plugin {
  let fileName = "";
  return {
    name: "first-paint",
    apply: "build",
    async buildStart() {
      const source = await bundleScript(ENTRY);
      const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
      fileName = `assets/first-paint-${hash}.js`;
      this.emitFile({ type: "asset", fileName, source });
    },
    transformIndexHtml: () => [{ tag: "script", attrs: { src: `/${fileName}` }, injectTo: "head" }],
  };
}
