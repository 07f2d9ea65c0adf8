import { Injectable } from '@nestjs/common';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WEBHOOK_EVENTS_MISSED } from '../domain/alert-codes.js';
import { EventFeed } from '../domain/event-feed.js';
import { WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookDelivery } from '../domain/webhook-delivery.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';

/** Few enough for a short transaction. */
const PAGE_EVENTS = 500;
/** Of one endpoint. Past it, events wait in the feed, which keeps them anyway. */
const MAX_WAITING_ROWS = 10_000;
/** An endpoint that is down stays full for days: to lock and to count it at each tick of each worker would cost more than it brings. */
const FULL_PAUSE_MS = 5_000;

/**
 * Requests a delivery for each published event that an endpoint wants. Each endpoint has a cursor of its own, which moves in the transaction of
 * the deliveries: nothing is lost or requested twice, and none waits for another one. Any number of workers share the work.
 */
@Injectable()
export class WebhookCollector {
  /** When to look again at an endpoint that was full, as `performance.now()` counts. */
  readonly #fullUntil = new Map<string, number>();

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly feed: EventFeed,
    private readonly transactions: Transactions,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  /** A page for each endpoint that is behind. Returns whether there may be more. */
  async collect(): Promise<boolean> {
    const end = await this.feed.end();
    let isMore = false;
    for (const id of await this.endpoints.behind(end)) {
      if ((this.#fullUntil.get(id) ?? 0) > performance.now()) continue;
      this.#fullUntil.delete(id);
      if (await this.transactions.run(() => this.collectFor(id))) isMore = true;
    }
    return isMore;
  }

  private async collectFor(id: string): Promise<boolean> {
    const endpoint = await this.endpoints.lockToCollect(id);
    if (endpoint === null) return false;
    const limit = Math.min(PAGE_EVENTS, MAX_WAITING_ROWS - (await this.deliveries.waitingCount(id, MAX_WAITING_ROWS)));
    if (limit <= 0) {
      this.#fullUntil.set(id, performance.now() + FULL_PAUSE_MS);
      return false;
    }
    const { cursor: after, types } = endpoint.state;
    const { events, cursor, hasMissed } = await this.feed.page({ after, types, limit });
    if (hasMissed) this.alerts.raise(WEBHOOK_EVENTS_MISSED, 'Events were deleted before a webhook endpoint got them', { endpointId: id });
    const now = this.clock.now();
    await this.deliveries.add(events.map(({ id: eventId, type }) => WebhookDelivery.request({ endpointId: id, eventId, type }, now)));
    await this.endpoints.moveCursor(id, cursor);
    // A page of a rare type can be empty before the end of the feed.
    return cursor !== after;
  }
}
