import { useMemo, useState } from "react";
import type { CompletionSource } from "./completion.ts";
import { findShortcodeQuery, finishShortcode, matchShortcodes } from "./shortcodes.ts";

const NONE: ReadonlyMap<string, string> = new Map();

/** Offers emoji after a colon. Their names are loaded when one is typed for the first time. */
export function useShortcodeSource(): CompletionSource {
  const [emoji, setEmoji] = useState(NONE);
  return useMemo(() => {
    function load(): void {
      if (emoji !== NONE) return;
      // Without a network nothing is offered, and what was typed stays as it is.
      import("../../actions/emoji-names.ts").then(
        ({ EMOJI_BY_SHORTCODE }) => setEmoji(EMOJI_BY_SHORTCODE),
        () => {},
      );
    }
    return {
      label: "Emoji",
      find(text, caret) {
        const query = findShortcodeQuery(text, caret);
        if (query !== null) load();
        return query;
      },
      match: (typed) =>
        matchShortcodes(emoji, typed).map(([name, each]) => ({
          ...{ key: name, text: each, name: `:${name}:`, detail: "" },
          picture: <span aria-hidden="true">{each}</span>,
        })),
      describe: (count) => `${count} emoji`,
      finish: (typed) => finishShortcode(emoji, typed),
    };
  }, [emoji]);
}
