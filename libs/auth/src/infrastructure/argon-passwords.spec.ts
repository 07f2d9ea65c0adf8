import { Overloaded } from '@app/platform/concurrency/admission.js';
import { ArgonPasswords } from './argon-passwords.js';

describe('ArgonPasswords', () => {
  const passwords = new ArgonPasswords();

  it('a hash takes 19 MiB, two passes and one lane', async () => {
    expect(await passwords.hash('seven quiet rows')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('a password matches its hash however its letters are composed', async () => {
    const hash = await passwords.hash('cafe\u0301 noir');
    expect(await passwords.verify('caf\u00e9 noir', hash)).toBe(true);
    expect(await passwords.verify('cafe noir', hash)).toBe(false);
  });

  it('a comparison without a hash takes as long as one with a hash', async () => {
    const hash = await passwords.hash('seven quiet rows');
    // Makes the hash that is compared with when there is none.
    await passwords.verify('warm', null);
    const millisecondsOf = async (known: string | null): Promise<number> => {
      const begin = performance.now();
      expect(await passwords.verify('another guess', known)).toBe(false);
      return performance.now() - begin;
    };
    // Other work on the machine only adds to a time, so the shortest of several says what the comparison costs.
    const shortest = { without: Infinity, with: Infinity };
    for (let i = 0; i < 7; i++) {
      shortest.without = Math.min(shortest.without, await millisecondsOf(null));
      shortest.with = Math.min(shortest.with, await millisecondsOf(hash));
    }
    expect(shortest.without / shortest.with).toBeGreaterThan(0.2);
    expect(shortest.without / shortest.with).toBeLessThan(5);
  });

  it('calls beyond the limit are refused, and all others get a hash', async () => {
    class FewerAndCheaper extends ArgonPasswords {
      protected override readonly maxWaiting = 20;
      protected override readonly cost = { memoryCost: 64, timeCost: 1, parallelism: 1 };
    }
    const limited = new FewerAndCheaper();
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => limited.hash('seven quiet rows')));
    const refused = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }: PromiseRejectedResult) => reason as unknown);
    expect(outcomes.length - refused.length).toBe(22);
    expect(refused.every((reason) => reason instanceof Overloaded)).toBe(true);
    expect(await limited.hash('afterwards')).toMatch(/^\$argon2id/);
  });
});
