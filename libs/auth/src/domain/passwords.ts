/** Hashes passwords. It is slow on purpose, so only a few run at the same time. */
export abstract class Passwords {
  /** Throws the platform's `Overloaded` when too many calls wait already. */
  abstract hash(password: string): Promise<string>;

  /** False without a hash, after the same time as with one, so that the time does not show whether there is a user. Throws `Overloaded` as `hash` does. */
  abstract verify(password: string, hash: string | null): Promise<boolean>;
}
