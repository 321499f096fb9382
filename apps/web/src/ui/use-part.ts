import { useEffect, useState } from "react";
import { loadModule } from "../lib/load-module.ts";

/** A part of the app whose code is loaded when it is needed. */
export interface Part<Component> {
  /** null until the code is there. */
  Component: Component | null;
  /** True when the code couldn't be loaded. */
  hasFailed: boolean;
  retry(): void;
}

/**
 * Loads the default export of a module. `React.lazy` would keep a failure for good and hand it to the
 * error boundary, although the network may be back a moment later.
 * @param load the same function in every call
 */
export function usePart<Component>(load: () => Promise<{ default: Component }>): Part<Component> {
  const [part, setPart] = useState<Pick<Part<Component>, "Component" | "hasFailed">>({
    Component: null,
    hasFailed: false,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const show = (next: typeof part) => {
      if (isCurrent) setPart(next);
    };
    loadModule(load).then(
      (module) => show({ Component: module.default, hasFailed: false }),
      () => show({ Component: null, hasFailed: true }),
    );
    return () => {
      isCurrent = false;
    };
  }, [load, attempt]);
  return {
    ...part,
    retry: () => {
      setPart({ Component: null, hasFailed: false });
      setAttempt((before) => before + 1);
    },
  };
}
