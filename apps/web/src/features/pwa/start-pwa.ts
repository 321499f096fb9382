import { startAppBadge } from "./app-badge.ts";
import { registerWorker } from "./register-worker.ts";

startAppBadge();
// Browsers have no service workers outside secure contexts.
if (import.meta.env.PROD && "serviceWorker" in navigator) void registerWorker();
