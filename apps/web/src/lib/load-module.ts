/**
 * Loads a part of the app, also after it couldn't be loaded before. Browsers remember that an import
 * has failed and never ask the network again for that address, so another one is tried: the modules
 * that the part shares with the rest keep theirs.
 * @param load imports the module; rejects when it can't be loaded
 */
export async function loadModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const address = failedAddress(error);
    if (address === null) throw error;
    return import(/* @vite-ignore */ `${address}?again=${Date.now()}`) as Promise<Module>;
  }
}

/** The address that the browser names in its error; null where it names none of this origin. */
function failedAddress(error: unknown): string | null {
  const [address = ""] = /https?:\/\/\S+\.js/.exec(String(error)) ?? [];
  return address.startsWith(`${location.origin}/`) ? address : null;
}
