/** Secrets, compared and signed with, and hashes. The one file of the web server that does cryptography. */
import { createHash, createHmac, scryptSync, timingSafeEqual } from "node:crypto";

/** Signs texts under a key that is derived from a secret. */
export class TokenKey {
  readonly #key: Uint8Array;

  /**
   * Takes tens of milliseconds, on purpose: who is shown what the key has signed, as a reader is, must not
   * be able to try secrets at the speed of a hash. `purpose` makes keys of one secret differ.
   */
  constructor(secret: string, purpose: string) {
    this.#key = scryptSync(secret, purpose, 32);
  }

  /** 43 characters of a cookie's alphabet. */
  sign(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("base64url");
  }

  /** Whether this is its signature, in a time that does not tell how much of it is right. */
  hasSigned(text: string, signature: string): boolean {
    return areEqual(this.sign(text), signature);
  }
}

/** Whether two texts are equal, in a time that tells neither where they differ nor how long the other is. */
export function areEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** A name of these bytes: others have another. 32 characters. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
