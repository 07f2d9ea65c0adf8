/** The port that keeps secrets unreadable in the database. A signature needs the secret itself, so a hash would not do. */
export abstract class SealedSecrets {
  /** Encrypts. `owner`: whose it is; it opens for the same owner only. Throws `WebhooksOff` where there is no key. */
  abstract seal(secret: string, owner: string): string;

  /** Whether the key of now sealed it. True without a key: nothing can be sealed then. */
  abstract isCurrent(sealed: string): boolean;

  /** Throws any error where the key is another one, or where it was changed. */
  abstract open(sealed: string, owner: string): string;
}
