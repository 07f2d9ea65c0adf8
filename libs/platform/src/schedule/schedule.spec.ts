import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import type { ClsService } from 'nestjs-cls';
import { Schedule } from './schedule.js';

const cls = { run: (work: () => unknown) => work(), set: () => undefined } as unknown as ClsService;

class CountingSchedule extends Schedule {
  runs = 0;
  atOnce = 0;
  maxAtOnce = 0;
  behaviour: () => Promise<boolean | void> = () => Promise.resolve();

  constructor() {
    super(cls, 100);
  }

  protected async work(): Promise<boolean | void> {
    this.runs++;
    this.maxAtOnce = Math.max(this.maxAtOnce, ++this.atOnce);
    try {
      return await this.behaviour();
    } finally {
      this.atOnce--;
    }
  }
}

describe('Schedule', () => {
  let cleaning: CountingSchedule;
  const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

  beforeEach(() => {
    vi.useFakeTimers();
    Logger.overrideLogger(false);
    cleaning = new CountingSchedule();
  });
  afterEach(() => {
    cleaning.onModuleDestroy();
    vi.useRealTimers();
    Logger.overrideLogger(true);
  });

  it('a schedule runs again, one tick after the end of each run', async () => {
    cleaning.onApplicationBootstrap();
    expect(cleaning.runs).toBe(0);
    await pass(350);
    expect(cleaning.runs).toBe(3);
  });

  it('a schedule runs again at once while more is waiting', async () => {
    let left = 5;
    cleaning.behaviour = () => Promise.resolve(--left > 0);
    cleaning.onApplicationBootstrap();
    await pass(100);
    expect(cleaning.runs).toBe(5);
  });

  it('two runs never overlap, also when one takes longer than a tick', async () => {
    cleaning.behaviour = () => new Promise((resolve) => setTimeout(resolve, 1_000));
    cleaning.onApplicationBootstrap();
    await pass(5_000);
    expect(cleaning.maxAtOnce).toBe(1);
    expect(cleaning.runs).toBe(5);
  });

  it('a schedule continues after failures of every kind', async () => {
    const failures = [new Error('a bug'), Object.assign(new Error('away'), { code: 'ECONNREFUSED' }), new TypeError()];
    cleaning.behaviour = () => Promise.reject(failures[cleaning.runs % failures.length]!);
    cleaning.onApplicationBootstrap();
    await pass(1_000);
    expect(cleaning.runs).toBe(10);
  });

  it('a shutdown waits for the run in progress and starts no other', async () => {
    let done = false;
    cleaning.behaviour = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      done = true;
      return true;
    };
    cleaning.onApplicationBootstrap();
    await pass(150);
    cleaning.onModuleDestroy();
    const ended = cleaning.beforeApplicationShutdown();
    expect(done).toBe(false);
    await pass(500);
    await ended;
    expect(done).toBe(true);
    await pass(10_000);
    expect(cleaning.runs).toBe(1);
  });

  it('a shutdown before the first run prevents it', async () => {
    cleaning.onApplicationBootstrap();
    cleaning.onModuleDestroy();
    await cleaning.beforeApplicationShutdown();
    await pass(1_000);
    expect(cleaning.runs).toBe(0);
  });

  it('a run that hangs delays a shutdown up to its deadline', async () => {
    cleaning.behaviour = () => new Promise(() => undefined);
    cleaning.onApplicationBootstrap();
    await pass(150);
    cleaning.onModuleDestroy();
    const ended = cleaning.beforeApplicationShutdown();
    await pass(7_500);
    await ended;
    expect(cleaning.runs).toBe(1);
  });
});
