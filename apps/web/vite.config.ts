import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPaint } from "./scripts/first-paint-plugin.ts";
import { serviceWorker } from "./scripts/service-worker-plugin.ts";

/** In development, the page and the API are two servers behind one origin, as in production. */
const api = process.env.API_URL ?? "http://127.0.0.1:3000";
const apiRoutes = [
  "/trpc",
  "/session",
  "/account",
  "/avatars",
  "/healthz",
  "/csp-reports",
  "/docs",
  "/openapi\\.json",
];

export default defineConfig({
  plugins: [react(), firstPaint(), serviceWorker()],
  server: {
    strictPort: true,
    proxy: Object.fromEntries(apiRoutes.map((route) => [`^${route}(/|\\?|$)`, api])),
  },
  build: {
    target: ["chrome111", "safari16.4", "firefox128"],
    sourcemap: true,
    // Inlined files would be `data:` addresses, which the content security policy allows for images only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes only with the versions of these packages, so it stays cached across releases.
            {
              name: "vendor",
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|@trpc)[\\/]/,
            },
            // Part of the first load, and shared with lazy parts: one chunk is smaller than several.
            {
              name: "shared",
              test: /web[\\/]src[\\/](ui[\\/](icons|button)|lib[\\/](store|http|errors|clock))/,
            },
            // Shared by lazy parts. Without a separate chunk it would be part of the first load.
            { name: "text", test: /unicode-segmenter|contract[\\/]src[\\/]text/ },
          ],
        },
      },
    },
  },
});
