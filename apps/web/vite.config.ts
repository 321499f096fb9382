import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** In development the page and its API are two servers that look like one origin, as in production. */
const api = process.env.API_URL ?? "http://127.0.0.1:3000";
const apiRoutes = ["/trpc", "/session", "/account", "/healthz", "/docs", "/openapi\\.json"];

export default defineConfig({
  plugins: [react()],
  server: {
    strictPort: true,
    proxy: Object.fromEntries(apiRoutes.map((route) => [`^${route}(/|\\?|$)`, api])),
  },
  build: {
    target: ["chrome111", "safari16.4", "firefox128"],
    sourcemap: true,
    // Inlined files would be `data:` addresses, which the page's content policy keeps to images.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes with its versions only, so it stays cached from release to release.
            {
              name: "vendor",
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|@trpc)[\\/]/,
            },
            // Shared by lazy parts; without a chunk of its own it joins the first load.
            { name: "text", test: /unicode-segmenter|contract[\\/]src[\\/]text/ },
          ],
        },
      },
    },
  },
});
