import { AppError } from "@cruddur/contract/errors";

/**
 * The words and key patterns that the most common passwords are made of. Each stands for all its
 * spellings (see `bareForm`), so that the list is short: `Passw0rd2024!` is `password`.
 */
const COMMON = new Set(
  `password passwort passwd passphrase motdepasse contrasena senha parola changeme letmein login
  welcome default secret access master admin administrator root guest user test tester testing
  temp temporary hello trustno sunshine princess iloveyou ilove loveyou lovely love flower football
  baseball basketball soccer hockey superman batman spiderman starwars pokemon minecraft naruto
  computer internet google facebook samsung apple windows microsoft dragon monkey shadow michael
  jennifer jordan daniel jessica charlie andrew ashley thomas michelle nicole hunter killer freedom
  whatever cheese chocolate cookie pepper ginger banana orange purple summer winter spring autumn
  monday friday january qwerty qwertyuiop qwertyui qwertz qwertzui azerty azertyui asdfgh asdfghjk
  asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc qweasd qweasdzxc asdfasdf qweqwe poiuytrewq
  mnbvcxz abcdef abcdefg abcdefgh abcabc abcd abc aabbcc qwer asdf zxcv nothing something blink
  mustang ferrari porsche corvette harley yankees liverpool arsenal chelsea barcelona juventus
  cruddur crudder crudders qwerasdf passwordpassword adminadmin testtest`.split(/\s+/),
);

/** Rows of keys and of digits, forwards and backwards, in which a weak password is a run. */
const ROWS = [
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "1qaz2wsx3edc4rfv5tgb6yhn",
  "1q2w3e4r5t6y7u8i9o0p",
];
const RUNS = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);

const LOOKALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** The word in a password: without case, without what stands around it, with letters for lookalikes. */
const bareForm = (password: string): string => {
  const bare = password.toLowerCase().replace(/^\P{L}+|\P{L}+$/gu, "");
  return bare.replace(/[013457@$!]/g, (sign) => LOOKALIKES[sign] ?? sign).replace(/\P{L}/gu, "");
};

/**
 * True for a password that is among the first to be tried: a common one in any spelling, a run of
 * keys, few different characters, or the person's own handle or email address.
 * @param names the handle and the email address
 */
export function isWeakPassword(password: string, names: readonly string[]): boolean {
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5) return true;
  if (RUNS.some((run) => run.includes(lower))) return true;
  const bare = bareForm(password);
  if (COMMON.has(bare) || /^\d{0,12}$/.test(password)) return true;
  return names.some((name) => {
    const [local = ""] = name.toLowerCase().split("@");
    return (
      lower === name.toLowerCase() || lower === local || (bare !== "" && bare === bareForm(local))
    );
  });
}

/** Throws `password_rejected` for a password of `isWeakPassword`. */
export function refuseWeakPassword(password: string, names: readonly string[]): void {
  if (isWeakPassword(password, names)) throw new AppError("password_rejected");
}
