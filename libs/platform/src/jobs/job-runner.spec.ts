import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { HOUR_MS } from '@app/kernel/durations.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import type { ClsService } from 'nestjs-cls';
import type { Settings } from '../config/settings.js';
import { InMemoryJobs } from '../testing/in-memory-jobs.js';
import { Job, type JobHandler, type JobLane } from './job.js';
import { JobRunner, lanesOf } from './job-runner.js';

const LETTERS: JobLane = { name: 'letters', concurrency: 1, leaseMs: 60_000, isRateLimit: (error) => error instanceof RangeError };
const PARCELS: JobLane = { name: 'parcels', concurrency: 2, leaseMs: 60_000, isRateLimit: (error) => error instanceof RangeError };

@Job('letters.send', { lane: LETTERS })
class SendLetter implements JobHandler {
  behave: (subject: string) => Promise<void> = () => Promise.resolve();
  runs = 0;

  run(subject: string): Promise<void> {
    this.runs++;
    return this.behave(subject);
  }
}

@Job('parcels.count', { lane: PARCELS })
class CountParcels implements JobHandler {
  readonly everyMs = HOUR_MS;
  runs = 0;

  run(): Promise<void> {
    this.runs++;
    return Promise.resolve();
  }
}

@Job('parcels.send', { lane: PARCELS })
class SendParcel extends SendLetter {}

const providerOf = (instance: object) => ({ metatype: instance.constructor, instance });

describe('lanesOf', () => {
  it('jobs are grouped by their lane, and other providers are left out', () => {
    const [send, count] = [new SendLetter(), new CountParcels()];
    const lanes = lanesOf([providerOf(send), providerOf(new Map()), providerOf(count), { metatype: null, instance: null }]);
    expect(lanes).toEqual([
      { lane: LETTERS, handlers: new Map([['letters.send', send]]) },
      { lane: PARCELS, handlers: new Map([['parcels.count', count]]) },
    ]);
  });

  it('two jobs of one kind, or two lanes of one name, are refused', () => {
    @Job('letters.send', { lane: LETTERS })
    class SendAnotherLetter extends SendLetter {}
    @Job('letters.shred', { lane: { ...LETTERS } })
    class ShredLetter extends SendLetter {}
    expect(() => lanesOf([providerOf(new SendLetter()), providerOf(new SendAnotherLetter())])).toThrow(
      'Two jobs have the kind letters.send',
    );
    expect(() => lanesOf([providerOf(new SendLetter()), providerOf(new ShredLetter())])).toThrow('Two lanes have the name letters');
  });
});

describe('JobRunner', () => {
  let runner: JobRunner;
  let jobs: InMemoryJobs;
  let send: SendLetter;
  let count: CountParcels;
  let sendParcel: SendParcel;
  beforeEach(() => {
    vi.useFakeTimers();
    Logger.overrideLogger(false);
    jobs = new InMemoryJobs(new FixedClock());
    [send, count, sendParcel] = [new SendLetter(), new CountParcels(), new SendParcel()];
    const discovery = { getProviders: () => [send, count, sendParcel].map(providerOf) } as unknown as DiscoveryService;
    const cls = { run: (work: () => unknown) => work(), set: () => undefined } as unknown as ClsService;
    const settings = { jobs: { tickMs: 100, retryPauseMs: 1_000, retryPauseMaxMs: 60_000 } } as Settings;
    runner = new JobRunner(discovery, jobs, new InMemoryAlerts(), settings, cls);
    runner.onApplicationBootstrap();
  });
  afterEach(() => {
    runner.onModuleDestroy();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
  const enqueue = (...subjects: string[]) => jobs.enqueue(subjects.map((subject) => ({ kind: 'letters.send', subject })));

  it('due jobs run at the next tick, as long as there are any', async () => {
    await enqueue('a', 'b', 'c');
    await pass(100);
    expect(send.runs).toBe(3);
    expect(jobs.waiting).not.toContain('letters.send a');
  });

  it('a repeated job runs without having been enqueued', async () => {
    await pass(100);
    expect(count.runs).toBe(1);
  });

  it('a job that never ends delays no other lane', async () => {
    send.behave = () => new Promise(() => undefined);
    await enqueue('a');
    await pass(100);
    await jobs.enqueue([{ kind: 'parcels.send', subject: 'b' }]);
    await pass(100);
    expect([send.runs, sendParcel.runs]).toEqual([1, 1]);
  });

  it('a job that never ends keeps one place of its lane', async () => {
    sendParcel.behave = (subject) => (subject === 'a' ? new Promise(() => undefined) : Promise.resolve());
    const send = (...subjects: string[]) => jobs.enqueue(subjects.map((subject) => ({ kind: 'parcels.send', subject })));
    await send('a', 'b', 'c', 'd');
    await pass(300);
    expect(jobs.waiting.filter((name) => name.startsWith('parcels.send'))).toEqual(['parcels.send a']);
    await send('e');
    await pass(200);
    expect(sendParcel.runs).toBe(5);
  });

  it('a limit that several jobs of a lane meet at once counts once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    sendParcel.behave = () => Promise.reject(new RangeError('too many'));
    await jobs.enqueue(['a', 'b'].map((subject) => ({ kind: 'parcels.send', subject })));
    await pass(300);
    expect(sendParcel.runs).toBe(2);
    await pass(1_300);
    expect(sendParcel.runs).toBe(4);
    await pass(1_300);
    expect(sendParcel.runs).toBe(4);
    await pass(1_400);
    expect(sendParcel.runs).toBe(6);
  });

  it('a shutdown waits for the jobs that run, and the lane begins no other', async () => {
    let end = (): void => undefined;
    sendParcel.behave = () => new Promise((resolve) => (end = resolve));
    await jobs.enqueue([{ kind: 'parcels.send', subject: 'a' }]);
    await pass(200);
    runner.onModuleDestroy();
    await jobs.enqueue([{ kind: 'parcels.send', subject: 'b' }]);
    let isOver = false;
    const over = runner.beforeApplicationShutdown().then(() => (isOver = true));
    await pass(1_000);
    expect([sendParcel.runs, isOver]).toEqual([1, false]);
    end();
    await over;
    expect(jobs.waiting).not.toContain('parcels.send a');
    expect(jobs.waiting).toContain('parcels.send b');
  });

  it('a rate limit pauses its lane, and no other', async () => {
    send.behave = () => Promise.reject(new RangeError('too many'));
    await enqueue('a');
    await pass(100);
    await jobs.enqueue([{ kind: 'parcels.send', subject: 'b' }]);
    await pass(500);
    expect([send.runs, sendParcel.runs]).toEqual([1, 1]);
    send.behave = () => Promise.resolve();
    await pass(1_000);
    expect(send.runs).toBe(2);
    expect(jobs.waiting).not.toContain('letters.send a');
  });

  it('no job starts after the process began to stop', async () => {
    runner.onModuleDestroy();
    await enqueue('a');
    await pass(1_000);
    expect(send.runs).toBe(0);
    await runner.beforeApplicationShutdown();
  });
});
