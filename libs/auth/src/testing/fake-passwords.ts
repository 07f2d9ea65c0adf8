import { Passwords } from '../domain/passwords.js';

/** The hash of a password is `hash of <password>`. Counts the comparisons. */
export class FakePasswords extends Passwords {
  comparisons = 0;

  async hash(password: string): Promise<string> {
    return Promise.resolve(`hash of ${password}`);
  }

  async verify(password: string, hash: string | null): Promise<boolean> {
    this.comparisons++;
    return Promise.resolve(hash === `hash of ${password}`);
  }
}
