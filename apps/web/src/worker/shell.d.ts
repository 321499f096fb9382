/** What `scripts/service-worker-plugin.ts` knows of the build that this worker belongs to. */
declare const SHELL: {
  /** Another one for every build whose page or files differ. */
  version: string;
  /** The addresses that are kept for a page without a network. */
  files: readonly string[];
};
