import { Failures } from './failures.js';

describe('Failures', () => {
  it('what fails stops nothing else, and the first failure is thrown at the end', async () => {
    const failures = new Failures();
    const done: number[] = [];
    for (const n of [1, 2, 3, 4])
      await failures.attempt(() => (n % 2 === 0 ? Promise.resolve(done.push(n)) : Promise.reject(new Error(`broken ${n}`))));
    expect(done).toEqual([2, 4]);
    expect(() => failures.throwFirst()).toThrow('broken 1');
  });

  it('without a failure nothing is thrown', async () => {
    const failures = new Failures();
    await failures.attempt(() => Promise.resolve());
    failures.throwFirst();
  });

  it('a database that is away ends it at once', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await expect(new Failures().attempt(() => Promise.reject(away))).rejects.toThrow(away);
  });
});
