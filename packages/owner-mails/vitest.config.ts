// @boundaries-ignore every package shares the root's test configuration
export { default } from "../../vitest.shared.ts";
