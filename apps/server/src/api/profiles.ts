import { AppError } from "@cruddur/contract/errors";
import { GROUPS_IN_COMMON_MAX_CONVERSATIONS } from "@cruddur/contract/limits";
import {
  avatarPath,
  userProfileSchema,
  usersAvatarsInput,
  usersAvatarsOutput,
  usersSetAvatarInput,
  usersSetAvatarOutput,
} from "@cruddur/contract/profiles";
import { usersPersonInput } from "@cruddur/contract/users";
import { cleanJpeg } from "../people/clean-jpeg.ts";
import { signedIn } from "./trpc.ts";
import { peopleOfMessageGroup, toWireMessageGroup } from "./wire-form.ts";

/** The procedures of `users` about profiles and pictures. */
export const profileProcedures = {
  profile: signedIn
    .input(usersPersonInput)
    .output(userProfileSchema)
    .query(async ({ ctx, input }) => {
      const { limits, profiles, people, store } = ctx.services;
      const { user_uuid } = ctx.user;
      await limits.consume("lookups", { user: user_uuid }, { address: ctx.address });
      const [profile, groups] = await Promise.all([
        profiles.findProfile(input.user_uuid),
        store.listGroupsInCommon({
          user_uuid,
          other_uuid: input.user_uuid,
          limit: GROUPS_IN_COMMON_MAX_CONVERSATIONS,
        }),
      ]);
      if (profile === null) throw new AppError("user_not_found");
      const names = await people.profiles(groups.flatMap(peopleOfMessageGroup));
      const { created_at, avatar_hash, ...short } = profile;
      return {
        ...short,
        avatar: avatar_hash === null ? null : avatarPath(avatar_hash),
        since: created_at.toISOString(),
        groups_in_common: groups.map((membership) => toWireMessageGroup(membership, names)),
      };
    }),

  avatars: signedIn
    .input(usersAvatarsInput)
    .output(usersAvatarsOutput)
    .query(async ({ ctx, input }) => {
      const hashes = await ctx.services.profiles.listAvatarHashes(input.user_uuids);
      return hashes.map(({ user_uuid, hash }) => ({ user_uuid, avatar: avatarPath(hash) }));
    }),

  setAvatar: signedIn
    .input(usersSetAvatarInput)
    .output(usersSetAvatarOutput)
    .mutation(async ({ ctx, input }) => {
      const { limits, profiles, people, live } = ctx.services;
      const { user_uuid } = ctx.user;
      const image = input.image === null ? null : cleanJpeg(Buffer.from(input.image, "base64"));
      // Like a new name, a new picture is announced to everybody the person writes with.
      await limits.consume("names", { user: user_uuid });
      const hash = image === null ? null : await profiles.putAvatar(user_uuid, image);
      if (hash === null) await profiles.removeAvatar(user_uuid);
      live.publishName(await people.own(ctx.user));
      return { avatar: hash === null ? null : avatarPath(hash) };
    }),
};
