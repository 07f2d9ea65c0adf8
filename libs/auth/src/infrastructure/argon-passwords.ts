import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { Overloaded, withoutSlot } from '@app/platform/concurrency/admission.js';
import { Semaphore } from '@app/platform/concurrency/semaphore.js';
import { normalisePassword } from '../domain/password.js';
import { Passwords } from '../domain/passwords.js';

/** OWASP's first choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. */
const OWASP_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** libuv has four threads. The other two are for name resolution and files. */
const MAX_CONCURRENT = 2;
const RETRY_AFTER_SECONDS = 2;

@Injectable()
export class ArgonPasswords extends Passwords {
  protected readonly cost = OWASP_COST;
  /** About ten seconds of work: a client that waits longer has given up. */
  protected readonly maxWaiting: number = 1_200;
  readonly #semaphore = new Semaphore(MAX_CONCURRENT);
  /** Of a random password, to compare with when there is no user. */
  #dummyHash: Promise<string> | null = null;

  async hash(password: string): Promise<string> {
    return this.limited(() => hash(normalisePassword(password), this.cost));
  }

  async verify(password: string, known: string | null): Promise<boolean> {
    this.#dummyHash ??= hash(crypto.randomUUID(), this.cost);
    const dummyHash = await this.#dummyHash;
    return this.limited(async () => (await verify(known ?? dummyHash, normalisePassword(password))) && known !== null);
  }

  private async limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.#semaphore.waiting >= this.maxWaiting) throw new Overloaded(RETRY_AFTER_SECONDS);
    return withoutSlot(() => this.#semaphore.run(work));
  }
}
