import { AppError } from "@cruddur/contract/errors";
import type { Profiles } from "@cruddur/db/profiles";
import { Hono } from "hono";
import type { AppEnv } from "./request-scope.ts";

const HEADERS = {
  "content-type": "image/jpeg",
  // Not in shared caches, so that a picture that was removed is gone from them.
  "cache-control": "private, max-age=31536000, immutable",
  // Whatever the bytes are, they are shown as an image or not at all.
  "content-security-policy": "default-src 'none'; sandbox",
};

/**
 * Serves people's pictures, without a token: an image element sends none, and the path holds a hash
 * that only people who are signed in are told. What is stored was taken apart by `cleanJpeg`.
 */
export function createAvatarRoutes(profiles: Pick<Profiles, "findAvatar">): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get("/:name{[0-9a-f]{64}\\.jpg}", async (c) => {
    const image = await profiles.findAvatar(c.req.param("name").slice(0, 64));
    if (image === null) throw new AppError("not_found");
    return c.body(new Uint8Array(image), 200, HEADERS);
  });
  routes.all("/*", () => {
    throw new AppError("not_found");
  });
  return routes;
}
