import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

interface Statement {
  /** The page that asks. Default: the origin of the passkey. */
  origin?: string;
  /** Default: the host of the passkey's origin. */
  rpId?: string;
  challenge: string;
  /** Whether the person was recognised, for example by a fingerprint. Default: true. */
  isUserVerified?: boolean;
  /** Default: one more than the last. */
  counter?: number;
}

export interface PasskeyAnswer {
  id: string;
  rawId: string;
  type: "public-key";
  clientExtensionResults: object;
  response: Record<string, string>;
}

/** A passkey outside any browser. It states whatever a test asks for, also what is not true. */
export interface SoftwarePasskey {
  readonly id: string;
  /** What a browser answers to creation options. */
  register(statement: Statement): PasskeyAnswer;
  /** What a browser answers to request options. */
  signIn(statement: Statement): PasskeyAnswer;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_KEY = 0x40;

/** Creates a P-256 key. @param origin of the web app, for example `http://localhost:3000` */
export function createSoftwarePasskey(origin: string): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const rawId = randomBytes(32);
  const id = rawId.toString("base64url");
  let uses = 0;

  const clientData = (type: string, { challenge, origin: page = origin }: Statement) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: page, crossOrigin: false }));

  const authenticatorData = (statement: Statement, key = Buffer.alloc(0)) => {
    const { rpId = new URL(origin).hostname, isUserVerified = true } = statement;
    const flags = PRESENT | (isUserVerified ? VERIFIED : 0) | (key.length > 0 ? HAS_KEY : 0);
    uses = statement.counter ?? uses + 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(uses);
    return Buffer.concat([hash(rpId), Buffer.from([flags]), counter, key]);
  };

  const answer = (response: Record<string, Buffer>): PasskeyAnswer => ({
    ...{ id, rawId: id, type: "public-key", clientExtensionResults: {} },
    response: Object.fromEntries(
      Object.entries(response).map(([name, bytes]) => [name, bytes.toString("base64url")]),
    ),
  });

  return {
    id,
    register(statement) {
      // In CBOR: a COSE key of ES256, and an attestation that attests nothing.
      const coseKey = Buffer.concat([
        Buffer.from("a5010203262001215820", "hex"),
        Buffer.from(x, "base64url"),
        Buffer.from("225820", "hex"),
        Buffer.from(y, "base64url"),
      ]);
      const aaguid = Buffer.alloc(16);
      const idLength = Buffer.from([0, rawId.length]);
      const key = Buffer.concat([aaguid, idLength, rawId, coseKey]);
      const authData = authenticatorData(statement, key);
      const attestationObject = Buffer.concat([
        Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
        Buffer.from([0x58, authData.length]),
        authData,
      ]);
      return answer({
        attestationObject,
        clientDataJSON: clientData("webauthn.create", statement),
      });
    },
    signIn(statement) {
      const clientDataJSON = clientData("webauthn.get", statement);
      const data = authenticatorData(statement);
      const signature = sign("sha256", Buffer.concat([data, hash(clientDataJSON)]), privateKey);
      return answer({ authenticatorData: data, clientDataJSON, signature });
    },
  };
}

const hash = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();
