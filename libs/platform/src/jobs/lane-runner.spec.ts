import { Logger } from '@nestjs/common';
import { vi } from 'vitest';
import { HOUR_MS } from '@app/kernel/durations.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryJobs } from '../testing/in-memory-jobs.js';
import { runLane } from '../testing/run-lane.js';
import { type JobHandler, type JobLane, JobPostponed, NO_SUBJECT } from './job.js';
import { LaneRunner } from './lane-runner.js';
import { searchPages } from './paged-search.js';

class TooManyLetters extends Error {}

const lane: JobLane = { name: 'letters', concurrency: 2, leaseMs: 60_000, isRateLimit: (error) => error instanceof TooManyLetters };

beforeAll(() => void Logger.overrideLogger(false));

describe('LaneRunner', () => {
  let clock: FixedClock;
  let jobs: InMemoryJobs;
  let alerts: InMemoryAlerts;
  let ran: string[];
  let errors: Map<string, Error>;
  let runner: LaneRunner;
  beforeEach(() => {
    clock = new FixedClock();
    jobs = new InMemoryJobs(clock);
    alerts = new InMemoryAlerts();
    ran = [];
    errors = new Map();
    const handlerOf = (kind: string, everyMs?: number): JobHandler => ({
      ...(everyMs === undefined ? {} : { everyMs }),
      run: (subject) => {
        ran.push(`${kind} ${subject}`);
        const error = errors.get(subject);
        return error === undefined ? Promise.resolve() : Promise.reject(error);
      },
    });
    const kinds: [string, number?][] = [['letters.send'], ['letters.shred'], ['letters.sort', HOUR_MS]];
    runner = new LaneRunner(lane, new Map(kinds.map(([kind, everyMs]) => [kind, handlerOf(kind, everyMs)])), jobs, alerts);
  });
  const send = (...subjects: string[]) => jobs.enqueue(subjects.map((subject) => ({ kind: 'letters.send', subject })));

  it('due jobs of every kind of the lane run, each once', async () => {
    await send('a');
    await jobs.enqueue([{ kind: 'letters.shred', subject: 'a' }]);
    expect(await runLane(runner)).toEqual({ ran: 2, rateLimited: false });
    expect(ran).toEqual(['letters.send a', 'letters.shred a']);
    expect(await runLane(runner)).toEqual({ ran: 0, rateLimited: false });
    expect(jobs.waiting).toEqual([]);
  });

  it('jobs of another lane do not run', async () => {
    await jobs.enqueue([{ kind: 'parcels.send', subject: 'a' }]);
    expect(await runLane(runner)).toEqual({ ran: 0, rateLimited: false });
    expect(jobs.waiting).toEqual(['parcels.send a']);
  });

  it('no more jobs run at the same time than the lane allows', async () => {
    await send('a', 'b', 'c');
    expect(await runLane(runner)).toEqual({ ran: 2, rateLimited: false });
    expect(jobs.waiting).toEqual(['letters.send c']);
  });

  it('a job that takes long leaves the other places of the lane to the next jobs', async () => {
    let end = (): void => undefined;
    const handler: JobHandler = { run: (subject) => (subject === 'slow' ? new Promise((resolve) => (end = resolve)) : Promise.resolve()) };
    const slow = new LaneRunner(lane, new Map([['letters.write', handler]]), jobs, alerts);
    const write = (...subjects: string[]) => jobs.enqueue(subjects.map((subject) => ({ kind: 'letters.write', subject })));
    await write('slow', 'a', 'b');
    const [first, second] = await slow.begin();
    expect(await slow.begin()).toEqual([]);
    expect(await second).toBe('done');
    const [third, ...more] = await slow.begin();
    expect([await third, more]).toEqual(['done', []]);
    expect(jobs.waiting).toEqual(['letters.write slow']);
    end();
    expect(await first).toBe('done');
    expect(jobs.waiting).toEqual([]);
  });

  it('a job that fails is due again later, and the other jobs complete', async () => {
    await send('a', 'b');
    errors.set('a', new RangeError('no stamp'));
    expect(await runLane(runner)).toEqual({ ran: 2, rateLimited: false });
    expect(jobs.waiting).toEqual(['letters.send a']);
    expect(jobs.all.get('letters.send a')).toMatchObject({ attempts: 1, lastError: 'RangeError: no stamp' });
    expect(await runLane(runner)).toEqual({ ran: 0, rateLimited: false });
    errors.clear();
    clock.advance(1_000);
    expect(await runLane(runner)).toEqual({ ran: 1, rateLimited: false });
    expect(jobs.waiting).toEqual([]);
  });

  it('a rate-limited job is released without a failure', async () => {
    await send('a', 'b');
    errors.set('a', new TooManyLetters());
    expect(await runLane(runner)).toEqual({ ran: 1, rateLimited: true });
    expect(jobs.all.get('letters.send a')).toMatchObject({ attempts: 0, lastError: null });
    errors.clear();
    expect(await runLane(runner)).toEqual({ ran: 1, rateLimited: false });
  });

  it('a job that postpones itself is due after its own time, and has not failed', async () => {
    await send('a');
    errors.set('a', new JobPostponed(HOUR_MS, 'the shop is closed'));
    for (let hour = 1; hour <= 12; hour++) {
      expect(await runLane(runner)).toEqual({ ran: 1, rateLimited: false });
      clock.advance(HOUR_MS - 1);
      expect(await runLane(runner)).toEqual({ ran: 0, rateLimited: false });
      clock.advance(1);
    }
    expect(jobs.all.get('letters.send a')).toMatchObject({ attempts: 0, lastError: null });
    expect(alerts.codes).toEqual([]);
    errors.clear();
    await runLane(runner);
    expect(jobs.waiting).toEqual([]);
  });

  it('every tenth failure in a row raises an alert', async () => {
    await send('a');
    errors.set('a', new Error('no stamp'));
    for (let attempts = 1; attempts <= 20; attempts++) {
      await runLane(runner);
      clock.advance(1_000);
      expect(alerts.codes).toEqual(Array.from({ length: Math.floor(attempts / 10) }, () => 'job-stuck'));
    }
  });

  describe('A job that takes longer than its lease', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    /** Runs a job for two and a half leases. Returns whether another worker could claim it meanwhile. */
    async function isClaimedMeanwhile(): Promise<boolean> {
      let end = (): void => undefined;
      const handler: JobHandler = { run: () => new Promise((resolve) => (end = resolve)) };
      const running = runLane(new LaneRunner(lane, new Map([['letters.write', handler]]), jobs, alerts));
      let isClaimed = false;
      for (let passedMs = 0; passedMs < 150_000; passedMs += 10_000) {
        clock.advance(10_000);
        await vi.advanceTimersByTimeAsync(10_000);
        isClaimed ||= (await jobs.claim({ kinds: ['letters.write'], limit: 1, leaseMs: 60_000 })).length > 0;
      }
      end();
      await running;
      return isClaimed;
    }

    it('the job stays with the worker that runs it', async () => {
      await jobs.enqueue([{ kind: 'letters.write', subject: 'a' }]);
      expect(await isClaimedMeanwhile()).toBe(false);
      expect(jobs.waiting).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('a worker that cannot renew the lease loses the job and goes on', async () => {
      await jobs.enqueue([{ kind: 'letters.write', subject: 'a' }]);
      jobs.renew = () => Promise.reject(new Error('connection lost'));
      expect(await isClaimedMeanwhile()).toBe(true);
    });
  });

  it('an error of the jobs table is thrown after every job has ended', async () => {
    await send('a', 'b');
    errors.set('a', new Error('no stamp'));
    jobs.fail = () => Promise.reject(new Error('connection lost'));
    await expect(runLane(runner)).rejects.toThrow('connection lost');
    expect(ran).toEqual(['letters.send a', 'letters.send b']);
    expect(jobs.waiting).toEqual(['letters.send a']);
  });

  it('a search of a process that ends is due again at once, and has not failed', async () => {
    const pages: number[] = [];
    const handler: JobHandler = {
      everyMs: HOUR_MS,
      run: () =>
        searchPages({
          from: 0,
          pageSize: 1,
          read: (after) => Promise.resolve(after < 3 ? [after + 1] : []),
          handle: (page) => Promise.resolve(void pages.push(...page)),
          pageDone: () => Promise.resolve(searches.stop()),
        }),
    };
    const searches = new LaneRunner(lane, new Map([['letters.search', handler]]), jobs, alerts);
    await searches.enqueueRepeated();
    expect(await Promise.all(await searches.begin())).toEqual(['postponed']);
    expect(pages).toEqual([1]);
    const other = new LaneRunner(lane, new Map([['letters.search', { ...handler, run: () => Promise.resolve() }]]), jobs, alerts);
    expect(await Promise.all(await other.begin())).toEqual(['done']);
  });

  it('a repeated job runs again after its time', async () => {
    await runner.enqueueRepeated();
    expect(jobs.waiting).toEqual([`letters.sort ${NO_SUBJECT}`]);
    await runLane(runner);
    clock.advance(HOUR_MS - 1);
    await runLane(runner);
    expect(ran).toHaveLength(1);
    clock.advance(1);
    await runLane(runner);
    expect(ran).toHaveLength(2);
  });
});
