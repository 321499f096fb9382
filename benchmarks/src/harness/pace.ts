/** How long comparisons take. A smoke run shows that everything works, and measures nothing. */
export const pace = { isSmoke: false };
