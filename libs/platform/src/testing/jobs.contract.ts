/** What every implementation of `Jobs` promises, in memory and in PostgreSQL. */
import { HOUR_MS, MINUTE_MS } from '@app/kernel/durations.js';
import type { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import type { ClaimedJob, JobName, Jobs } from '../jobs/jobs.js';

/** The clock of a database goes on while a test runs. */
const about = (milliseconds: number): number => expect.closeTo(milliseconds, -5) as number;

export function jobsContract(given: () => Promise<{ jobs: Jobs; clock: FixedClock }>): void {
  let jobs: Jobs;
  let clock: FixedClock;
  let job: JobName;
  beforeEach(async () => {
    ({ jobs, clock } = await given());
    job = { kind: `contract.${newId()}`, subject: newId() };
  });
  const claim = (limit = 100): Promise<ClaimedJob[]> => jobs.claim({ kinds: [job.kind], limit, leaseMs: HOUR_MS });
  const claimOne = async (): Promise<ClaimedJob> => {
    const [claimed] = await claim();
    if (claimed === undefined) throw new Error('No job is due');
    return claimed;
  };

  it('a requested job is claimed by one worker', async () => {
    await jobs.enqueue([job]);
    const claimed = (await Promise.all([claim(), claim(), claim()])).flat();
    expect(claimed).toEqual([{ ...job, traceparent: null, attempts: 0, requests: 1, claim: expect.any(Number) as number }]);
  });

  it('only jobs of the given kinds are claimed, no more than the limit, oldest first', async () => {
    const other = { ...job, kind: `contract.${newId()}` };
    const subjects = [newId(), newId(), newId()];
    await jobs.enqueue([other]);
    for (const subject of subjects) {
      await jobs.enqueue([{ ...job, subject }]);
      clock.advance(MINUTE_MS);
    }
    expect((await claim(2)).map(({ subject }) => subject).sort()).toEqual(subjects.slice(0, 2).sort());
    expect((await claim(2)).map(({ subject }) => subject)).toEqual(subjects.slice(2));
  });

  it('jobs of several kinds are claimed together, oldest first', async () => {
    const older = { ...job, kind: `contract.${newId()}` };
    await jobs.enqueue([older]);
    clock.advance(MINUTE_MS);
    await jobs.enqueue([job]);
    const kinds = [job.kind, older.kind];
    expect(await jobs.claim({ kinds, limit: 1, leaseMs: HOUR_MS })).toMatchObject([older]);
    expect(await jobs.claim({ kinds, limit: 1, leaseMs: HOUR_MS })).toMatchObject([job]);
  });

  it('a delayed job is not due before its time', async () => {
    await jobs.enqueue([{ ...job, delayMs: HOUR_MS }]);
    clock.advance(HOUR_MS - MINUTE_MS);
    expect(await claim()).toEqual([]);
    clock.advance(2 * MINUTE_MS);
    expect(await claim()).toHaveLength(1);
  });

  it('a job is claimed again when its lease has ended', async () => {
    await jobs.enqueue([job]);
    await claim();
    expect(await claim()).toEqual([]);
    clock.advance(HOUR_MS + MINUTE_MS);
    expect(await claim()).toHaveLength(1);
  });

  it('a lease that is renewed ends later', async () => {
    await jobs.enqueue([job]);
    const claimed = await claimOne();
    clock.advance(HOUR_MS - MINUTE_MS);
    await jobs.renew([claimed], HOUR_MS);
    clock.advance(HOUR_MS - MINUTE_MS);
    expect(await claim()).toEqual([]);
    clock.advance(2 * MINUTE_MS);
    expect(await claim()).toHaveLength(1);
  });

  it('a lease is not renewed after another worker claimed the job', async () => {
    await jobs.enqueue([job]);
    const late = await claimOne();
    clock.advance(HOUR_MS + MINUTE_MS);
    await claimOne();
    await jobs.renew([late], 2 * HOUR_MS);
    clock.advance(HOUR_MS + MINUTE_MS);
    expect(await claim()).toHaveLength(1);
  });

  it('a job that has ended is not due again because its lease is renewed', async () => {
    await jobs.enqueue([job]);
    const claimed = await claimOne();
    await jobs.complete(claimed);
    await jobs.renew([claimed], 1_000);
    clock.advance(HOUR_MS);
    expect(await claim()).toEqual([]);
  });

  it('a completed job is not due until it is requested again', async () => {
    await jobs.enqueue([job]);
    await jobs.complete(await claimOne());
    clock.advance(HOUR_MS);
    expect(await claim()).toEqual([]);
    await jobs.enqueue([job]);
    expect(await claim()).toHaveLength(1);
  });

  it('a job that was requested again while it ran is due when it completes', async () => {
    await jobs.enqueue([job]);
    const claimed = await claimOne();
    await jobs.enqueue([job]);
    expect(await claim()).toEqual([]);
    await jobs.complete(claimed);
    expect(await claim()).toMatchObject([{ ...job, attempts: 0, requests: 2 }]);
  });

  it('a repeated job is due again after its time', async () => {
    await jobs.enqueue([job]);
    await jobs.complete(await claimOne(), { repeatAfterMs: HOUR_MS });
    clock.advance(HOUR_MS - MINUTE_MS);
    expect(await claim()).toEqual([]);
    clock.advance(2 * MINUTE_MS);
    expect(await claim()).toHaveLength(1);
  });

  it('a failed job pauses, and a request does not shorten the pause', async () => {
    await jobs.enqueue([job]);
    await jobs.fail(await claimOne(), 'no\0');
    await jobs.enqueue([job]);
    expect(await claim()).toEqual([]);
    clock.advance(HOUR_MS);
    expect(await claim()).toMatchObject([{ ...job, attempts: 1, requests: 2 }]);
  });

  it('a released job is due at once, without a failure', async () => {
    await jobs.enqueue([job]);
    await jobs.release(await claim());
    expect(await claim()).toMatchObject([{ ...job, attempts: 0, requests: 1 }]);
  });

  it('a withdrawn job is not due, and its claim changes nothing', async () => {
    await jobs.enqueue([job]);
    const claimed = await claimOne();
    await jobs.withdraw(job);
    await jobs.fail(claimed, 'too late');
    clock.advance(HOUR_MS);
    expect(await claim()).toEqual([]);
  });

  it('a claim whose job was claimed again changes nothing', async () => {
    await jobs.enqueue([job]);
    const late = await claimOne();
    clock.advance(HOUR_MS + MINUTE_MS);
    const current = await claimOne();
    await jobs.complete(late);
    await jobs.release([late]);
    await jobs.fail(late, 'too late');
    expect(await claim()).toEqual([]);
    await jobs.complete(current);
    await jobs.enqueue([job]);
    await jobs.complete(late);
    expect(await claim()).toMatchObject([{ ...job, attempts: 0 }]);
  });

  it('a key and its age are kept until the next key, and the number beyond the job', async () => {
    expect(await jobs.key(job)).toEqual({ attempt: 1, ageMs: about(0) });
    clock.advance(HOUR_MS);
    expect(await jobs.key(job)).toEqual({ attempt: 1, ageMs: about(HOUR_MS) });
    await Promise.all([jobs.nextKey(job, 1), jobs.nextKey(job, 1)]);
    expect(await jobs.key(job)).toEqual({ attempt: 2, ageMs: about(0) });
    await jobs.withdraw(job);
    await jobs.enqueue([{ ...job, nextKey: true }]);
    await jobs.complete(await claimOne());
    expect(await jobs.key(job)).toEqual({ attempt: 3, ageMs: about(0) });
  });

  it('the key of a job that is done is deleted after a time, and no other', async () => {
    const waiting = { ...job, subject: `${job.subject}-waiting` };
    await jobs.enqueue([job]);
    for (const each of [job, waiting]) await jobs.key(each);
    await jobs.complete(await claimOne());
    await jobs.enqueue([waiting]);
    const deleteSpent = (kind = job.kind) => jobs.deleteSpentKeys({ kinds: [kind], usedBefore: clock.now(), limit: 10 });
    expect(await deleteSpent()).toBe(0);
    clock.advance(HOUR_MS);
    expect(await deleteSpent('another.kind')).toBe(0);
    expect(await deleteSpent()).toBe(1);
    expect(await jobs.key(job)).toEqual({ attempt: 1, ageMs: about(0) });
    expect(await jobs.key(waiting)).toEqual({ attempt: 1, ageMs: about(HOUR_MS) });
  });
}
