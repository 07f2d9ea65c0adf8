/** Webhooks for specs: the module's own handlers on stores in memory, and a feed that answers from a list. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { loadSettings } from '@app/platform/config/load-settings.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { HeldRight } from '@app/platform/testing/held-right.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { subscriptionsHandlers } from '../application/handlers.js';
import { CreateWebhookEndpoint } from '../application/commands/create-webhook-endpoint.js';
import { EventFeed } from '../domain/event-feed.js';
import { SealedSecrets } from '../domain/sealed-secrets.js';
import { WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookDelivery, type WebhookDeliveryState } from '../domain/webhook-delivery.js';
import type { WebhookEndpointState } from '../domain/webhook-endpoint.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { SubscriptionsSettings } from '../subscriptions.settings.js';
import { InMemoryWebhookDeliveries } from './in-memory-webhook-deliveries.js';
import { InMemoryWebhookEndpoints } from './in-memory-webhook-endpoints.js';

export const ADMIN_ID = '01998f1e-6c1f-7a70-9d1c-0000000000ad';
export const URL_OF_RECEIVER = 'https://receiver.example/events';

/** Events have the cursor `end`, and those of `keptEvents` have a body. */
class FakeEventFeed extends EventFeed {
  readonly keptEvents = new Set<string>();

  end(): Promise<string> {
    return Promise.resolve('end');
  }

  page(): Promise<never> {
    return Promise.reject(new Error('No command reads the feed'));
  }

  bodies(ids: readonly string[]): Promise<Map<string, string>> {
    return Promise.resolve(new Map(ids.filter((id) => this.keptEvents.has(id)).map((id) => [id, '{}'])));
  }
}

/** Seals by writing the owner beside the secret. */
class ReadableSecrets extends SealedSecrets {
  seal(secret: string, owner: string): string {
    return `${owner} ${secret}`;
  }

  isCurrent(): boolean {
    return true;
  }

  open(sealed: string, owner: string): string {
    return sealed.slice(owner.length + 1);
  }
}

export class SubscriptionsHarness {
  readonly clock = new FixedClock();
  readonly audit = new InMemoryAuditTrail();
  readonly endpoints = new InMemoryWebhookEndpoints();
  readonly deliveries = new InMemoryWebhookDeliveries(this.endpoints);
  readonly feed = new FakeEventFeed();
  readonly bus = new InMemoryBus({
    handlers: subscriptionsHandlers,
    providers: [
      [Clock, this.clock],
      [WebhookEndpoints, this.endpoints],
      [WebhookDeliveries, this.deliveries],
      [EventFeed, this.feed],
      [SealedSecrets, new ReadableSecrets()],
      [SubscriptionsSettings, loadSettings({ WEBHOOK_MAX_ENDPOINTS: '2' }, [SubscriptionsSettings]).get(SubscriptionsSettings)],
    ],
  });
  readonly #admin = new AdminCommands(this.bus.get(CommandBus), new ImmediateTransactions(), this.audit, new HeldRight());

  execute<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.#admin.execute(command);
  }

  /** Returns the id of a new endpoint. Its audit entry is forgotten. */
  async createEndpoint(): Promise<string> {
    const { endpoint } = await this.execute(new CreateWebhookEndpoint(ADMIN_ID, { url: URL_OF_RECEIVER, description: '', types: null }));
    this.audit.entries.length = 0;
    return endpoint.id;
  }

  /** Returns the id of a delivery whose receiver did not answer, for good. */
  async createFailedDelivery(endpointId: string, eventId: string): Promise<string> {
    const now = this.clock.now();
    const delivery = WebhookDelivery.request({ endpointId, eventId, type: 'movies.movie-added.v1' }, now);
    const { id } = delivery.state;
    await this.deliveries.add([delivery]);
    const result = { kind: 'unanswered', error: 'ECONNREFUSED', isFinal: true } as const;
    await this.deliveries.change(id, {}, (each) => each.record(result, { startedAt: now, endedAt: now }));
    return id;
  }

  endpoint(id: string): WebhookEndpointState {
    return this.endpoints.states.get(id)!;
  }

  delivery(id: string): WebhookDeliveryState {
    return this.deliveries.states.get(id)!;
  }
}
