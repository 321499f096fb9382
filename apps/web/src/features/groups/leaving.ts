const leaving = new Set<string>();

/** True while this tab leaves the group, so that its page shows no note about it. */
export function isLeaving(message_group_uuid: string): boolean {
  return leaving.has(message_group_uuid);
}

/** Runs a call that takes the person out of the group. */
export async function whileLeaving(
  message_group_uuid: string,
  leave: () => Promise<unknown>,
): Promise<void> {
  leaving.add(message_group_uuid);
  try {
    await leave();
  } finally {
    leaving.delete(message_group_uuid);
  }
}
