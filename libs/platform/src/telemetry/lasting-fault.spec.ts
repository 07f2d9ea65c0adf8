import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { LastingFault } from './lasting-fault.js';

describe('LastingFault', () => {
  let now = 0;
  let fault: LastingFault;
  let raised: unknown[];

  beforeEach(() => {
    now = 1_000_000;
    raised = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void raised.push(line));
    vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    fault = new LastingFault({ code: 'broker-away', message: 'The broker is away', afterMs: MINUTE_MS }, () => now);
  });
  afterEach(() => vi.restoreAllMocks());

  const lastUntil = (ms: number): void => {
    for (const end = now + ms; now < end; now += 5_000) fault.report({ reason: 'refused' });
  };

  it('a fault that ends soon raises nothing', () => {
    lastUntil(MINUTE_MS - 5_000);
    fault.clear();
    lastUntil(MINUTE_MS - 5_000);
    expect(raised).toEqual([]);
  });

  it('a fault that lasts raises one alert, with how long it lasts', () => {
    lastUntil(2 * MINUTE_MS);
    expect(raised).toEqual([{ alert: 'broker-away', reason: 'refused', lastsSeconds: 60 }]);
  });

  it('the alert is repeated every quarter of an hour while the fault lasts', () => {
    lastUntil(32 * MINUTE_MS);
    expect(raised).toHaveLength(3);
  });

  it('a fault that comes back raises its alert again', () => {
    lastUntil(2 * MINUTE_MS);
    fault.clear();
    lastUntil(2 * MINUTE_MS);
    expect(raised).toHaveLength(2);
  });
});
