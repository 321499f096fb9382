import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { matchRoute, type Route } from "./routes.ts";

/** The page of the current address. */
export function useRoute(): Route {
  const [pathname] = useLocation();
  const search = useSearch();
  return useMemo(() => matchRoute(pathname, search), [pathname, search]);
}
