import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryJobs } from './in-memory-jobs.js';
import { jobsContract } from './jobs.contract.js';

describe('Jobs in memory', () => {
  jobsContract(() => {
    const clock = new FixedClock();
    return Promise.resolve({ clock, jobs: new InMemoryJobs(clock) });
  });

  it('a completed job without a key leaves nothing behind', async () => {
    const jobs = new InMemoryJobs(new FixedClock());
    await jobs.enqueue([{ kind: 'lamps.light', subject: 'kitchen' }]);
    const [claimed] = await jobs.claim({ kinds: ['lamps.light'], limit: 1, leaseMs: 1_000 });
    await jobs.complete(claimed!);
    expect(jobs.all.size).toBe(0);
  });

  it('a job of an unknown kind is refused where the kinds are given', async () => {
    const jobs = new InMemoryJobs(new FixedClock(), new Set(['lamps.light']));
    await expect(jobs.enqueue([{ kind: 'lamps.lihgt', subject: 'kitchen' }])).rejects.toThrow('There is no job lamps.lihgt');
  });
});
