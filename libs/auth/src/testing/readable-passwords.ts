import { Passwords } from '../domain/passwords.js';

/** Hashes that can be read, and a count of the comparisons made. */
export class ReadablePasswords extends Passwords {
  comparisons = 0;

  async hash(password: string): Promise<string> {
    return Promise.resolve(`hash of ${password}`);
  }

  async verify(password: string, hash: string | null): Promise<boolean> {
    this.comparisons++;
    return Promise.resolve(hash === `hash of ${password}`);
  }
}
