import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import type { ClsService } from 'nestjs-cls';
import type { Settings } from '../../config/settings.js';
import type { WriteRefusals } from '../../persistence/write-refusals.js';
import { FakeDatabase } from '../../testing/fake-database.js';
import { clockSkewMs } from './clock-skew.js';
import { DatabaseCheck } from './fault-checks.schedule.js';

describe('DatabaseCheck', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Each answer of the database: how far ahead its clock is, or null where it does not answer. */
  async function linesAfter(answers: readonly (number | null)[]): Promise<unknown[]> {
    const lines: unknown[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(line));
    vi.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => void lines.push(line));
    let asked = 0;
    const answer = (): Promise<object[]> => {
      const ahead = answers[asked++] ?? null;
      return ahead === null ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve([{ now: new Date(Date.now() + ahead) }]);
    };
    class Check extends DatabaseCheck {
      check(): Promise<void> {
        return this.work();
      }
    }
    const settings = { faults: { tickMs: 10, serverAwayMs: 0, outboxLateMs: 0 } } as Settings;
    const refusals = { reasonWithin: () => null } as unknown as WriteRefusals;
    const check = new Check({} as ClsService, settings, new FakeDatabase(answer), refusals);
    for (const _ of answers) await check.check();
    return lines;
  }

  it('a database that does not answer raises one alert with the cause', async () => {
    expect(await linesAfter([null, null, null])).toEqual([
      expect.objectContaining({ alert: 'database-away', reason: 'Error: ECONNREFUSED' }),
    ]);
  });

  it('a database that answers with the same time raises nothing', async () => {
    expect(await linesAfter([0, 1_900, -1_900])).toEqual([]);
  });

  it('a clock that differs raises one alert, and one more when it differs again', async () => {
    const differs = (seconds: number) =>
      expect.objectContaining({ alert: 'clock-differs', databaseIsAheadSeconds: expect.closeTo(seconds, 0) });
    expect(await linesAfter([10_000, 10_000, 0, 0, -10_000])).toEqual([differs(10), { over: 'clock-differs' }, differs(-10)]);
  });

  it('a clock that differs stays known while the database does not answer', async () => {
    expect(await linesAfter([10_000, null, 10_000])).toMatchObject([
      { alert: 'clock-differs' },
      { alert: 'database-away' },
      { over: 'database-away' },
    ]);
  });

  it('what the question takes is no difference of the clocks', async () => {
    const times = [1_000_000, 1_008_000];
    vi.spyOn(Date, 'now').mockImplementation(() => times.shift()!);
    expect(await clockSkewMs(() => Promise.resolve(new Date(1_000_500)))).toBe(0);
  });
});
