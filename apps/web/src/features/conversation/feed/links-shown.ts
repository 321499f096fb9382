import { createContext } from "react";

/** Whether addresses in messages are links: not while a stranger's request isn't accepted. */
export const LinksShown = createContext(true);
