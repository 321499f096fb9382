/** `1 message`, `2 messages`. @param noun the singular of a noun whose plural ends in "s" */
export function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}
