import type { PreSignUpTriggerEvent, PreTokenGenerationV2TriggerEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { preSignUp, preTokenGeneration } from "../src/triggers.ts";

const ATTRIBUTES = { email: "londo@example.com", name: "Londo", preferred_username: "londo" };

const signUp = (
  userName: string,
  attributes: Record<string, string | undefined> = {},
  triggerSource = "PreSignUp_SignUp",
) => {
  const userAttributes = Object.fromEntries(
    Object.entries({ ...ATTRIBUTES, preferred_username: userName, ...attributes }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return preSignUp({
    triggerSource,
    userName,
    request: { userAttributes },
  } as PreSignUpTriggerEvent);
};

test("an account that the server's sign-up would make passes unchanged", async () => {
  const event = await signUp("londo");
  expect(event.userName).toBe("londo");
  expect(event.response).toBeUndefined();
});

test.each<[string, Record<string, string | undefined>, string]>([
  ["l\u043endo", {}, "handle_invalid"],
  ["a/../b", {}, "handle_invalid"],
  ["x".repeat(128), {}, "handle_invalid"],
  ["admin", {}, "handle_taken"],
  ["vir", { preferred_username: "londo" }, "handle_invalid"],
  ["vir", { name: "x".repeat(5_000) }, "display_name_exceed_max_chars"],
  ["vir", { name: "\u202e\u200b" }, "display_name_blank"],
  ["vir", { name: undefined }, "display_name_blank"],
  ["vir", { name: "two\nlines" }, "invalid_input"],
  ["vir", { email: "not an address" }, "invalid_input"],
  ["vir", { email: undefined }, "invalid_input"],
])("an account past the server's sign-up is refused by its rules: %s %j", async (...given) => {
  const [userName, attributes, code] = given;
  await expect(signUp(userName, attributes)).rejects.toThrow(code);
});

test("an administrator may leave out the name, and no other rule", async () => {
  await signUp("vir", { name: undefined }, "PreSignUp_AdminCreateUser");
  await expect(signUp("admin", {}, "PreSignUp_AdminCreateUser")).rejects.toThrow("handle_taken");
});

const generate = (triggerSource: string, clientMetadata?: Record<string, string>) =>
  preTokenGeneration({
    triggerSource,
    request: { clientMetadata },
  } as unknown as PreTokenGenerationV2TriggerEvent);

test.each([
  ["TokenGeneration_Authentication", undefined],
  ["TokenGeneration_Authentication", { scope: "own_account" }],
  ["TokenGeneration_RefreshTokens", undefined],
  ["TokenGeneration_RefreshTokens", {}],
])("no access token has the scope to act on its own account: %s %j", async (source, metadata) => {
  const event = await generate(source, metadata);
  expect(event.response.claimsAndScopeOverrideDetails.accessTokenGeneration).toEqual({
    scopesToSuppress: ["aws.cognito.signin.user.admin"],
  });
});

test("the server's own refresh keeps that scope", async () => {
  const event = await generate("TokenGeneration_RefreshTokens", { scope: "own_account" });
  expect(event.response).toBeUndefined();
});
