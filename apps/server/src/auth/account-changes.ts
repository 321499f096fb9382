import { createOwnData, type OwnDataOptions } from "../own-data/own-data.ts";
import { createOwnAccount, type OwnAccountOptions } from "./own-account.ts";
import { createPasskeys, type PasskeysOptions } from "./passkeys.ts";
import { createProof } from "./proof.ts";
import { createSealedSessions } from "./sealed-session.ts";

type Options = Omit<
  OwnAccountOptions & PasskeysOptions & OwnDataOptions,
  "proof" | "sealed" | "records" | "account"
> & {
  passkeys: PasskeysOptions["records"];
  secret: string;
};

/** What people change of their own accounts, each change proven by signing in once more. */
export function createAccountChanges({ secret, ...options }: Options) {
  const proof = createProof(options.userPool);
  const sealed = createSealedSessions(secret);
  const ownAccount = createOwnAccount({ ...options, proof });
  return {
    ownAccount,
    ownData: createOwnData({ ...options, account: ownAccount, secret }),
    passkeys: createPasskeys({ ...options, records: options.passkeys, proof, sealed }),
  };
}
