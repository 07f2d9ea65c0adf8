import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import type { ClsService } from 'nestjs-cls';
import type { Settings } from '../config/settings.js';
import { FakeDatabase } from '../testing/fake-database.js';
import { DatabaseCheck } from './fault-checks.schedule.js';

describe('DatabaseCheck', () => {
  afterEach(() => vi.restoreAllMocks());

  async function linesAfter(failures: number): Promise<unknown[]> {
    const lines: unknown[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void lines.push(line));
    vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    let asked = 0;
    const answer = (): Promise<object[]> => (asked++ < failures ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve([]));
    class Check extends DatabaseCheck {
      check(): Promise<void> {
        return this.work();
      }
    }
    const settings = { faults: { tickMs: 10, serverAwayMs: 0, outboxLateMs: 0 } } as Settings;
    const check = new Check({} as ClsService, settings, new FakeDatabase(answer));
    for (let n = 0; n < 3; n++) await check.check();
    return lines;
  }

  it('a database that does not answer raises one alert with the cause', async () => {
    expect(await linesAfter(3)).toEqual([expect.objectContaining({ alert: 'database-away', reason: 'Error: ECONNREFUSED' })]);
  });

  it('a database that answers raises nothing', async () => {
    expect(await linesAfter(0)).toEqual([]);
  });
});
