import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { addMs } from '@app/kernel/instants.js';
import { ShutdownDeadline } from '@app/platform/concurrency/shutdown-deadline.js';
import { Settings } from '@app/platform/config/settings.js';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { counter } from '@app/platform/telemetry/metrics.js';
import { ClsService } from 'nestjs-cls';
import { setTimeout as pause } from 'node:timers/promises';
import { WebhookAttempts } from '../application/webhook-attempts.js';
import { WebhookCollector } from '../application/webhook-collector.js';
import { WebhookSecretSealing } from '../application/webhook-secret-sealing.js';
import { EventFeed } from '../domain/event-feed.js';
import { type ClaimedDelivery, WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { MAX_PAUSE_MS, isSuccess } from '../domain/webhook-delivery.js';
import { SubscriptionsSettings } from '../subscriptions.settings.js';

/** Attempts to one endpoint at a time, in each process: a slow endpoint delays no other. */
const PER_ENDPOINT = 8;
/** Longer than the longest time-out, so that no second worker tries the same delivery meanwhile. */
const LEASE_MS = 60_000;
/** A clock that goes back farther was set back: what waits is tried again at once, because its times may be days ahead. */
const SET_BACK_MS = 60_000;

const ATTEMPTS = counter('cinema_webhook_attempts_total', 'Attempts to deliver an event to a webhook endpoint, by how they ended', [
  'outcome',
]);

/** Collects events for the webhook endpoints, and tries what is due, many at the same time. Any number of workers share the work. */
@Injectable()
export class WebhooksSchedule extends Schedule {
  readonly #logger = new Logger(WebhooksSchedule.name);
  readonly #trying = new Map<ClaimedDelivery, Promise<void>>();
  readonly #stopping = new AbortController();
  #shutdown: ShutdownDeadline | null = null;
  /** When to collect next, as `performance.now()` counts. */
  #collectAt = 0;
  /** On the clock of the domain, when the last run began. */
  #lastRunAt: Date | null = null;

  constructor(
    cls: ClsService,
    private readonly collector: WebhookCollector,
    private readonly attempts: WebhookAttempts,
    private readonly deliveries: WebhookDeliveries,
    private readonly feed: EventFeed,
    private readonly clock: Clock,
    private readonly settings: SubscriptionsSettings,
  ) {
    super(cls, settings.deliverTickMs);
  }

  override onModuleDestroy(): void {
    this.#shutdown = new ShutdownDeadline();
    super.onModuleDestroy();
  }

  /** Attempts that do not end in time are given back: another worker makes them again. */
  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    if ((await this.#shutdown?.finished(Promise.allSettled(this.#trying.values()))) !== false) return;
    this.#stopping.abort();
    await Promise.allSettled(this.#trying.values());
  }

  protected async work(): Promise<boolean> {
    await this.mendTimes();
    const isMore = performance.now() >= this.#collectAt && (await this.collector.collect());
    // Not after each attempt that ends: there are no new events so soon.
    if (!isMore && performance.now() >= this.#collectAt) this.#collectAt = performance.now() + this.settings.deliverTickMs;
    const claimed = await this.claim();
    // The next run begins when an attempt has ended, or when it is time to collect again.
    const rest = new AbortController();
    const tick = pause(this.settings.deliverTickMs, undefined, { signal: rest.signal }).catch(() => undefined);
    if (!isMore && this.#trying.size > 0) await Promise.race([...this.#trying.values(), tick]);
    rest.abort();
    return isMore || claimed > 0 || this.#trying.size > 0;
  }

  /** The clock can be set back while this runs, or while no worker ran. Without a movable clock there is nothing to find. */
  private async mendTimes(): Promise<void> {
    const now = this.clock.now();
    const last = this.#lastRunAt;
    const wasSetBack = last !== null && last.getTime() - now.getTime() > SET_BACK_MS;
    if (last === null || wasSetBack) {
      const later = wasSetBack ? now : addMs(now, MAX_PAUSE_MS);
      await this.deliveries.bringForwardAll({ later, leaseEnd: addMs(now, LEASE_MS), now });
    }
    this.#lastRunAt = now;
  }

  private async claim(): Promise<number> {
    const busy = new Map<string, number>();
    for (const { endpointId } of this.#trying.keys()) busy.set(endpointId, (busy.get(endpointId) ?? 0) + 1);
    const claimed = await this.deliveries.claim({ perEndpoint: PER_ENDPOINT, busy, leaseMs: LEASE_MS, now: this.clock.now() });
    const bodies = await this.feed.bodies(claimed.map(({ eventId }) => eventId));
    for (const delivery of claimed) {
      const trying = this.attempt(delivery, bodies.get(delivery.eventId)).finally(() => this.#trying.delete(delivery));
      this.#trying.set(delivery, trying);
    }
    return claimed.length;
  }

  /** Never rejects. What could not be recorded is tried again when its lease ends. */
  private async attempt(delivery: ClaimedDelivery, body: string | undefined): Promise<void> {
    try {
      const result = await this.attempts.attempt(delivery, body, this.#stopping.signal);
      ATTEMPTS.inc({ outcome: isSuccess(result) ? 'delivered' : result.kind === 'not-sent' ? 'not-sent' : 'failed' });
    } catch (error) {
      ATTEMPTS.inc({ outcome: 'not-recorded' });
      if (!this.#stopping.signal.aborted)
        return this.#logger.warn({ err: error, deliveryId: delivery.id }, 'A webhook try was not recorded');
      await this.deliveries.release([delivery], this.clock.now()).catch(() => undefined);
    }
  }
}

/** Never at the start: while a new key is rolled out, other processes may not have it yet. Does nothing once every secret is sealed with it. */
@Injectable()
export class WebhookSecretsSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly sealing: WebhookSecretSealing,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }

  protected async work(): Promise<void> {
    await this.sealing.resealAll();
  }
}
