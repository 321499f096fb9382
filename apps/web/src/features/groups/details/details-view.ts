/** What the dialog shows. Everything but the list of members goes back to that list. */
export type DetailsView =
  | { name: "members" }
  | { name: "rename" }
  | { name: "add" }
  | { name: "leave" }
  | { name: "remove" | "make_owner" | "profile"; user_uuid: string };
