import { vi } from 'vitest';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import type { EventFeed } from '../domain/event-feed.js';
import type { WebhookDeliveries } from '../domain/webhook-deliveries.js';
import type { WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { WebhookCollector } from './webhook-collector.js';

describe('WebhookCollector', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('an endpoint whose deliveries are full is counted again after some seconds', async () => {
    const waitingCount = vi.fn(() => Promise.resolve(10_000));
    const endpoints = { behind: () => Promise.resolve(['p1']), lockToCollect: () => Promise.resolve({ state: {} }) };
    const collector = new WebhookCollector(
      endpoints as unknown as WebhookEndpoints,
      { waitingCount } as unknown as WebhookDeliveries,
      { end: () => Promise.resolve('c9') } as unknown as EventFeed,
      new ImmediateTransactions(),
      new InMemoryAlerts(),
      new FixedClock(),
    );
    for (let tick = 0; tick < 8; tick++) {
      expect(await collector.collect()).toBe(false);
      vi.advanceTimersByTime(500);
    }
    expect(waitingCount).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5_000);
    await collector.collect();
    expect(waitingCount).toHaveBeenCalledTimes(2);
  });
});
