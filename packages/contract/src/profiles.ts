import { z } from "zod";
import { code, time, userUuid } from "./fields.ts";
import * as limits from "./limits.ts";
import { messageGroupSchema } from "./message-groups.ts";
import { userShortSchema } from "./users.ts";

/** Where the server serves a picture. What an address shows never changes. */
export const avatarPath = (hash: string): string => `/avatars/${hash}.jpg`;

const avatar = z
  .string()
  .describe("Path of the person's picture on this server. Another picture has another path.");

export const userProfileSchema = userShortSchema
  .extend({
    avatar: avatar.nullable(),
    since: time.describe("When the person joined."),
    groups_in_common: z
      .array(messageGroupSchema)
      .describe(
        `Groups with the caller among the caller's ${limits.GROUPS_IN_COMMON_MAX_CONVERSATIONS} newest conversations.`,
      ),
  })
  .meta({ id: "UserProfile", description: "What the caller may see of one person." });
export type UserProfile = z.infer<typeof userProfileSchema>;

export const usersAvatarsInput = z.object({
  user_uuids: z
    .array(userUuid, code("invalid_input"))
    .max(limits.AVATARS_MAX_PEOPLE, code("invalid_input")),
});
export const usersAvatarsOutput = z.array(z.object({ user_uuid: z.string(), avatar }));

export const usersSetAvatarInput = z.object({
  image: z
    .base64(code("avatar_invalid"))
    .max(Math.ceil(limits.AVATAR_MAX_BYTES / 3) * 4, code("avatar_invalid"))
    .nullable()
    .describe(
      `A JPEG of ${limits.AVATAR_SIZE_PX} by ${limits.AVATAR_SIZE_PX} pixels and at most ${limits.AVATAR_MAX_BYTES} bytes, in base64; null removes the picture.`,
    ),
});
export const usersSetAvatarOutput = z.object({ avatar: avatar.nullable() });
