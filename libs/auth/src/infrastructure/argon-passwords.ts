import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { withoutSlot } from '@app/platform/concurrency/admission.js';
import { Overloaded } from '@app/platform/concurrency/admission.js';
import { Semaphore } from '@app/platform/concurrency/semaphore.js';
import { normalisePassword } from '../domain/password.js';
import { Passwords } from '../domain/passwords.js';

/** OWASP's first choice for argon2id, the library's default algorithm: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** libuv has four threads; the other two are for name look-ups and files. */
const AT_ONCE = 2;
const RETRY_AFTER = 2;

@Injectable()
export class ArgonPasswords extends Passwords {
  /** Some ten seconds of work: who waits longer has given up. */
  protected readonly maxWaiting: number = 1_200;
  readonly #turns = new Semaphore(AT_ONCE);
  /** Of a password nobody has: what there is to compare with when there is no account. */
  #nobodys: Promise<string> | null = null;

  async hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalisePassword(password), COST));
  }

  async verify(password: string, known: string | null): Promise<boolean> {
    const nobodys = await this.nobodys();
    return this.inTurn(async () => (await verify(known ?? nobodys, normalisePassword(password))) && known !== null);
  }

  private async nobodys(): Promise<string> {
    this.#nobodys ??= hash(crypto.randomUUID(), COST);
    return this.#nobodys;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#turns.waiting >= this.maxWaiting) throw new Overloaded(RETRY_AFTER);
    return withoutSlot(() => this.#turns.run(work));
  }
}
