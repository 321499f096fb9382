const leaving = new Set<string>();

/** True while this tab leaves the group. The group's page then shows no notice that the person has left. */
export function isLeavingGroup(message_group_uuid: string): boolean {
  return leaving.has(message_group_uuid);
}

/** Runs a call that takes the person out of the group. `isLeavingGroup` is true until it ends. */
export async function whileLeavingGroup(
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
