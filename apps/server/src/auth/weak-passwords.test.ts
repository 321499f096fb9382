import { expect, test } from "vitest";
import { isWeakPassword } from "./weak-passwords.ts";

test.each([
  "password",
  "Password1",
  "P@ssw0rd2024!",
  "iloveyou",
  "qwertyuiop",
  "QWERTY123456",
  "12345678",
  "87654321",
  "1q2w3e4r",
  "1qaz2wsx",
  "abcdefgh",
  "aaaaaaaa",
  "abababab",
  "19841231",
  "Londo.Mollari",
  "londo.mollari@example.com",
  "londo.mollari1",
])("%s is refused as one of the first to be tried", (password) => {
  expect(isWeakPassword(password, ["Londo.Mollari", "londo.mollari@example.com"])).toBe(true);
});

test.each([
  "correct horse battery",
  "crudders-unite",
  "tr0ub4dor&3x",
  "пароль-из-слов",
  "7f3kq9zmw2",
])("%s is accepted: length counts, no mixture of kinds is demanded", (password) => {
  expect(isWeakPassword(password, ["londo", "londo@example.com"])).toBe(false);
});

test("a long run of digits that nobody can guess is accepted", () => {
  expect(isWeakPassword("82640917355820", ["londo"])).toBe(false);
});
