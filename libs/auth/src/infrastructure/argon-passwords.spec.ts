import { Overloaded } from '@app/platform/concurrency/admission.js';
import { ArgonPasswords } from './argon-passwords.js';

describe('Hashing passwords with argon2id', () => {
  const passwords = new ArgonPasswords();

  it('uses 19 MiB, two passes and one lane', async () => {
    expect(await passwords.hash('seven quiet rows')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('knows the password again, however its letters were composed, and no other', async () => {
    const hash = await passwords.hash('cafe\u0301 noir');
    expect(await passwords.verify('caf\u00e9 noir', hash)).toBe(true);
    expect(await passwords.verify('cafe noir', hash)).toBe(false);
  });

  it('takes its time where there is nothing to compare with', async () => {
    const hash = await passwords.hash('seven quiet rows');
    await passwords.verify('warm', null);
    const took = async (known: string | null): Promise<number> => {
      const begin = performance.now();
      expect(await passwords.verify('another guess', known)).toBe(false);
      return performance.now() - begin;
    };
    // A busy machine only adds to a time, so the quickest of several says what the work costs.
    const quickest = { nobody: Infinity, somebody: Infinity };
    for (let i = 0; i < 10; i++) {
      quickest.nobody = Math.min(quickest.nobody, await took(null));
      quickest.somebody = Math.min(quickest.somebody, await took(hash));
    }
    expect(quickest.nobody / quickest.somebody).toBeGreaterThan(0.2);
    expect(quickest.nobody / quickest.somebody).toBeLessThan(5);
  });

  it('turns away whom it could not serve soon, and serves everybody it took', async () => {
    class Impatient extends ArgonPasswords {
      protected override readonly maxWaiting = 20;
    }
    const few = new Impatient();
    const crowd = await Promise.allSettled(Array.from({ length: 30 }, () => few.hash('seven quiet rows')));
    const refused = crowd.filter((outcome) => outcome.status === 'rejected').map(({ reason }: PromiseRejectedResult) => reason as unknown);
    expect(crowd.length - refused.length).toBe(22);
    expect(refused.every((reason) => reason instanceof Overloaded)).toBe(true);
    expect(await few.hash('afterwards')).toMatch(/^\$argon2id/);
  });
});
