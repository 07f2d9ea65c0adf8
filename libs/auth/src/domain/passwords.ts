/** Hashing of passwords: slow on purpose, so only so many at once. */
export abstract class Passwords {
  /** Throws the platform's `Overloaded` when too many wait already. */
  abstract hash(password: string): Promise<string>;

  /** Takes the same time whether or not there is a hash to compare with; false where there is none. Throws `Overloaded` as `hash` does. */
  abstract verify(password: string, hash: string | null): Promise<boolean>;
}
