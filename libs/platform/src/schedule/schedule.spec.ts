import { afterEach, beforeEach, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ClsService } from 'nestjs-cls';
import { Schedule } from './schedule.js';

const cls = { run: (work: () => unknown) => work(), set: () => undefined } as unknown as ClsService;

class Cleaning extends Schedule {
  looks = 0;
  atOnce = 0;
  mostAtOnce = 0;
  behave: () => Promise<boolean | void> = () => Promise.resolve();

  constructor() {
    super(cls, 100);
  }

  protected async work(): Promise<boolean | void> {
    this.looks++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      return await this.behave();
    } finally {
      this.atOnce--;
    }
  }
}

describe('A schedule', () => {
  let cleaning: Cleaning;
  const pass = (milliseconds: number): Promise<unknown> => jest.advanceTimersByTimeAsync(milliseconds);

  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    cleaning = new Cleaning();
  });
  afterEach(() => {
    cleaning.onModuleDestroy();
    jest.useRealTimers();
    Logger.overrideLogger(true);
  });

  it('looks again and again, a pause after the end of each look', async () => {
    cleaning.onApplicationBootstrap();
    expect(cleaning.looks).toBe(0);
    await pass(350);
    expect(cleaning.looks).toBe(3);
  });

  it('looks at once again while there is more', async () => {
    let left = 5;
    cleaning.behave = () => Promise.resolve(--left > 0);
    cleaning.onApplicationBootstrap();
    await pass(100);
    expect(cleaning.looks).toBe(5);
  });

  it('never does two looks at once, however long one takes', async () => {
    cleaning.behave = () => new Promise((resolve) => setTimeout(resolve, 1_000));
    cleaning.onApplicationBootstrap();
    await pass(5_000);
    expect(cleaning.mostAtOnce).toBe(1);
    expect(cleaning.looks).toBe(5);
  });

  it('survives failures of every kind', async () => {
    const failures = [new Error('a bug'), Object.assign(new Error('away'), { code: 'ECONNREFUSED' }), new TypeError()];
    cleaning.behave = () => Promise.reject(failures[cleaning.looks % failures.length]!);
    cleaning.onApplicationBootstrap();
    await pass(1_000);
    expect(cleaning.looks).toBe(10);
  });

  it('ends: the look in hand is waited for, no other begins', async () => {
    let done = false;
    cleaning.behave = async () => {
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
    expect(cleaning.looks).toBe(1);
  });

  it('does not begin at all when the end came before the first look', async () => {
    cleaning.onApplicationBootstrap();
    cleaning.onModuleDestroy();
    await cleaning.beforeApplicationShutdown();
    await pass(1_000);
    expect(cleaning.looks).toBe(0);
  });

  it('does not hold up the end for ever', async () => {
    cleaning.behave = () => new Promise(() => undefined);
    cleaning.onApplicationBootstrap();
    await pass(150);
    cleaning.onModuleDestroy();
    const ended = cleaning.beforeApplicationShutdown();
    await pass(7_500);
    await ended;
    expect(cleaning.looks).toBe(1);
  });
});
