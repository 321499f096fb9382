/** Handles that would let their owner speak for the product or for whoever runs it. */
const RESERVED = new Set(
  `abuse admin administrator billing bot contact cruddur everyone help helpdesk here info legal
  mail mailer-daemon me mod moderator news nobody noreply no-reply notification notifications
  official operator owner postmaster press privacy root sales security staff status support
  superuser sysadmin system team trust undefined null unknown verified webmaster you`.split(/\s+/),
);

const withoutSeparators = (handle: string): string => handle.replace(/[._-]/g, "");

/**
 * What a handle looks like: two handles with one skeleton can be mistaken for each other. These are
 * the pairs of Unicode's confusables (UTS #39) among the characters of handles: capital I and 1
 * look like l, 0 looks like O, m looks like rn. Upper and lower case are one.
 */
export function handleSkeleton(handle: string): string {
  return handle.replace(/[I1]/g, "l").replaceAll("0", "o").replaceAll("m", "rn").toLowerCase();
}

/** Reserved handles are compared without separators, as they look and as they are typed. */
const RESERVED_FORMS = new Set(
  [...RESERVED].map(withoutSeparators).flatMap((bare) => [bare, handleSkeleton(bare)]),
);

/** True for a handle that nobody can choose, such as `admin`, `Support` or `adm1n_`. */
export function isReservedHandle(handle: string): boolean {
  const bare = withoutSeparators(handle);
  // A 1 is also typed for an i.
  const typed = bare.toLowerCase().replaceAll("1", "i");
  return RESERVED_FORMS.has(typed) || RESERVED_FORMS.has(handleSkeleton(bare));
}
