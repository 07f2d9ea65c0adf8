import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS } from '@app/platform/http/access/route-access.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { PostgresCurrentRights } from '../../../libs/auth/src/infrastructure/postgres-current-rights.js';
import type { Customer, HttpResponse, Json, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { buyTicket, paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';
import { FORM_TYPE, posterForm } from './poster-form.js';

interface Entry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}
type Send = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<HttpResponse>;

const daysAfter = ({ startsAt }: ShowtimeFixture, days: number): string => new Date(Date.parse(startsAt) + days * DAY_MS).toISOString();

/** A route that only an admin may call and that changes something has one audit entry for each request. Add yours to `ACTS`. */
describe('Every act of an admin', () => {
  let system: InProcessSystem;
  let token: string;
  let scene: ShowtimeFixture;
  let other: ShowtimeFixture;
  let soon: ShowtimeFixture;
  let demoted: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    demoted = await system.registerCustomer();
    [scene, other] = [await system.createShowtime(), await system.createShowtime()];
  }, 60_000);
  afterAll(() => system?.close());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const created = async (path: string, body: object): Promise<string> =>
    (await system.expectOk('POST', path, { token, body })).id as string;
  let linkedGenre: string | undefined;
  const newGenre = (): Promise<string> => created('/genres', { name: randomUUID() });
  const newCustomer = async (...acts: string[]): Promise<string> => {
    const { id } = await system.registerCustomer();
    for (const act of acts) await system.expectOk('POST', `/users/${id}/${act}`, { token });
    return id;
  };
  const newStaff = async (): Promise<string> => {
    const id = await newCustomer();
    await system.expectOk('PUT', `/users/${id}/roles/reporting`, { token });
    return id;
  };
  const appliedStripeEvent = (): Promise<string> =>
    until(
      async () => {
        const { data } = await system.expectOk('GET', '/admin/stripe-events?status=applied&limit=1', { token });
        return data[0]?.id as string | undefined;
      },
      { what: 'a Stripe event' },
    );

  /** A refund that a card refuses: its reservation was paid, and cancelled by an admin. */
  async function failedRefund(seat: string): Promise<string> {
    const customer = await system.registerCustomer();
    const { body: reservation } = await system.hold(customer, other.showtimeId, [seat]);
    const intent = await paymentIntentOf(system, customer, reservation.id);
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
    const isConfirmed = async () => (await system.reservation(customer, reservation.id)).status === 'confirmed';
    await until(isConfirmed, { what: 'the confirmation' });
    await system.expectOk('POST', `/admin/reservations/${reservation.id}/cancel`, { token, body: { refund: 'full', reason: 'A test.' } });
    const failed = async (): Promise<string | undefined> => {
      const { data } = await system.expectOk('GET', `/admin/payments?reservationId=${reservation.id}`, { token });
      return data[0].refunds.find(({ status }: Json) => status === 'failed')?.id as string | undefined;
    };
    return until(failed, { what: 'the refund to fail' });
  }

  async function deadLetter(): Promise<string> {
    const id = randomUUID();
    const columns = 'id, queue, message_id, reason, attempts, body';
    await system.sql(`INSERT INTO messaging.dead_letters (${columns}) VALUES ($1, 'test.queue', $1, 'put here', 1, '{}')`, [id]);
    return id;
  }

  async function parkedEvent(): Promise<string> {
    const id = randomUUID();
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, attempts, refused_since, refused_at, parked_at)
       VALUES ($1, 'test.happened.v1', $2, 1, now(), '{}', 30, now(), now(), now())`,
      [id, randomUUID()],
    );
    return id;
  }

  const ACTS: Readonly<Record<string, (send: Send) => Promise<HttpResponse>>> = {
    promoteUser: async (send) => send('POST', `/users/${await newCustomer()}/promote`),
    demoteUser: async (send) => send('POST', `/users/${await newCustomer('promote')}/demote`),
    giveRole: async (send) => send('PUT', `/users/${await newCustomer()}/roles/box-office`),
    takeRole: async (send) => send('DELETE', `/users/${await newStaff()}/roles/reporting`),
    deactivateUser: async (send) => send('POST', `/users/${await newCustomer()}/deactivate`),
    activateUser: async (send) => send('POST', `/users/${await newCustomer('deactivate')}/activate`),
    createApiKey: (send) => send('POST', '/admin/api-keys', { client: randomUUID(), scopes: ['events:read'] }),
    revokeApiKey: async (send) =>
      send('DELETE', `/admin/api-keys/${await created('/admin/api-keys', { client: randomUUID(), scopes: ['events:read'] })}`),
    createWebhookEndpoint: (send) => send('POST', '/admin/webhook-endpoints', { url: 'https://shop.example/' }),
    changeWebhookEndpoint: async (send) => send('PATCH', await webhookEndpoint(), { description: randomUUID() }),
    deleteWebhookEndpoint: async (send) => send('DELETE', await webhookEndpoint()),
    rotateWebhookSecret: async (send) => send('POST', `${await webhookEndpoint()}/rotate-secret`),
    enableWebhookEndpoint: async (send) => {
      const endpoint = await webhookEndpoint();
      await system.sql(`UPDATE subscriptions.webhook_endpoints SET status = 'disabled', disabled_reason = 'gone'`);
      return send('POST', `${endpoint}/enable`);
    },
    sendTestEvent: async (send) => send('POST', `${await webhookEndpoint()}/test`),
    replayWebhookDelivery: async (send) => {
      const endpoint = await webhookEndpoint();
      const { id } = await system.expectOk('POST', `${endpoint}/test`, { token });
      return send('POST', `${endpoint}/deliveries/${id}/replay`);
    },
    replayFailedDeliveries: async (send) => send('POST', `${await webhookEndpoint()}/replay`, { since: '2026-01-01T00:00:00Z' }),
    addGenre: (send) => send('POST', '/genres', { name: randomUUID() }),
    renameGenre: async (send) => send('PATCH', `/genres/${await newGenre()}`, { name: randomUUID() }),
    removeGenre: async (send) => send('DELETE', `/genres/${await newGenre()}`),
    addMovie: (send) => send('POST', '/movies', { title: randomUUID(), description: 'A movie.', runtimeMinutes: 90 }),
    changeMovie: (send) => send('PATCH', `/movies/${scene.movieId}`, { title: randomUUID() }),
    linkGenre: async (send) => send('PUT', `/movies/${scene.movieId}/genres/${(linkedGenre ??= await newGenre())}`),
    unlinkGenre: (send) => send('DELETE', `/movies/${scene.movieId}/genres/${linkedGenre}`),
    setPoster: async (send) => send('POST', `/movies/${scene.movieId}/poster`, await posterForm(), FORM_TYPE),
    removePoster: (send) => send('DELETE', `/movies/${scene.movieId}/poster`),
    retireMovie: async (send) =>
      send('DELETE', `/movies/${await created('/movies', { title: randomUUID(), description: 'A movie.', runtimeMinutes: 90 })}`),
    importSchedule: (send) => {
      const row = { movie: scene.movieId, room: scene.roomId, startsAt: daysAfter(scene, 2), prices: { standard: 1_000, premium: 1_200 } };
      return send('POST', '/showtimes/import', { showtimes: [row] });
    },
    openTheatre: (send) => send('POST', '/theatres', { name: randomUUID(), timeZone: 'Europe/Berlin', currency: 'EUR' }),
    changeTheatre: (send) => send('PATCH', `/theatres/${scene.theatreId}`, { name: randomUUID() }),
    openRoom: (send) => send('POST', `/theatres/${scene.theatreId}/rooms`, { name: randomUUID(), seatPlan: { rows: 1, seatsPerRow: 2 } }),
    changeRoom: (send) => send('PATCH', `/rooms/${scene.roomId}`, { name: randomUUID() }),
    layOutSeats: (send) => send('PUT', `/rooms/${scene.roomId}/seat-plan`, { rows: 2, seatsPerRow: 3 }),
    closeRoom: async (send) =>
      send('DELETE', `/rooms/${await created(`/theatres/${scene.theatreId}/rooms`, { name: 'X', seatPlan: { rows: 1, seatsPerRow: 2 } })}`),
    scheduleShowtime: (send) => {
      const { movieId, roomId } = scene;
      return send('POST', '/showtimes', { movieId, roomId, startsAt: daysAfter(scene, 1), prices: { standard: 900 } });
    },
    changeShowtime: (send) => send('PATCH', `/showtimes/${scene.showtimeId}`, { prices: { standard: 1_300 } }),
    cancelShowtime: (send) => send('DELETE', `/showtimes/${scene.showtimeId}`),
    cancelReservationAsAdmin: async (send) => {
      const { body } = await system.hold(await system.registerCustomer(), other.showtimeId, ['A1']);
      return send('POST', `/admin/reservations/${body.id}/cancel`, { refund: 'none', reason: 'A test.' });
    },
    reconcileReservation: async (send) => {
      const { body } = await system.hold(await system.registerCustomer(), other.showtimeId, ['A5']);
      return send('POST', `/admin/reservations/${body.id}/reconcile`);
    },
    reconcilePayment: async (send) => {
      const { id } = await buyTicket(system, await system.registerCustomer(), other.showtimeId, ['A6']);
      const { data } = await system.expectOk('GET', `/admin/payments?reservationId=${id}`, { token });
      return send('POST', `/admin/payments/${data[0].id}/reconcile`);
    },
    refundPayment: async (send) => {
      const { id } = await buyTicket(system, await system.registerCustomer(), other.showtimeId, ['A2']);
      const { data } = await system.expectOk('GET', `/admin/payments?reservationId=${id}`, { token });
      return send('POST', `/admin/payments/${data[0].id}/refunds`, { amount: 100, reason: 'The heating was off.' });
    },
    retryRefund: async (send) => send('POST', `/admin/refunds/${await failedRefund('A3')}/retry`),
    markRefundPaidOut: async (send) =>
      send('POST', `/admin/refunds/${await failedRefund('B1')}/paid-out`, { amount: 1_250, note: 'In cash.' }),
    retryRefunds: async (send) => send('POST', '/admin/refunds/retry', { refundIds: [await failedRefund('A4')] }),
    replayStripeEvent: async (send) => send('POST', `/admin/stripe-events/${await appliedStripeEvent()}/replay`),
    dismissStripeEvent: async (send) => {
      await system.sql(`UPDATE payments.stripe_events SET status = 'parked' WHERE id = $1`, [await appliedStripeEvent()]);
      const { data } = await system.expectOk('GET', '/admin/stripe-events?status=parked', { token });
      return send('POST', `/admin/stripe-events/${data[0].id}/dismiss`, { reason: 'A test.' });
    },
    replayWebhook: async (send) => send('POST', `/admin/webhooks/${await appliedStripeEvent()}/replay`),
    releaseOutboxRow: async (send) => send('POST', `/admin/outbox/${await parkedEvent()}/release`),
    releaseOutboxRows: async (send) => send('POST', '/admin/outbox/release', { ids: [await parkedEvent()] }),
    retryMail: async (send) => send('POST', `/admin/mails/${await bouncedMail()}/retry`),
    redriveDeadLetters: async (send) => send('POST', '/admin/dead-letters/redrive', { ids: [await deadLetter()] }),
    dismissDeadLetters: async (send) => send('POST', '/admin/dead-letters/dismiss', { ids: [await deadLetter()], reason: 'A test.' }),
    checkInCustomer: async (send) => {
      soon = await system.createShowtime({ startsInMinutes: 60 });
      const { id } = await buyTicket(system, await system.registerCustomer(), soon.showtimeId, ['A1']);
      await buyTicket(system, await system.registerCustomer(), soon.showtimeId, ['A2']);
      const { code } = await system.expectOk('GET', `/admin/reservations/${id}`, { token });
      return send('POST', '/admin/check-ins', { code });
    },
    // Last, because it moves the clock. Its showtime is that of the check-in.
    markNoShows: async (send) => {
      await system.advanceClock({ minutes: 161 });
      return send('POST', `/admin/showtimes/${soon.showtimeId}/no-shows`);
    },
  };

  const webhookEndpoint = async (): Promise<string> =>
    `/admin/webhook-endpoints/${await created('/admin/webhook-endpoints', { url: 'https://shop.example/' })}`;

  async function bouncedMail(): Promise<string> {
    const id = randomUUID();
    await system.sql(
      `INSERT INTO notifications.mails (id, kind, fact_id, facts, status, requested_at) VALUES ($1, 'password-reset', $2, '{}', 'bounced', now())`,
      [id, randomUUID()],
    );
    return id;
  }

  /** The methods of controllers that need a right, and that are no reading. */
  function adminActs(): string[] {
    const controllers = [...system.api.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
    const acts = controllers.flatMap(({ metatype }) => {
      const { prototype } = metatype as { prototype: Record<string, object> };
      return Object.getOwnPropertyNames(prototype).filter((name) => {
        const handler = prototype[name]!;
        const access: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, metatype as object);
        const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
        return typeof access === 'object' && method !== undefined && method !== RequestMethod.GET;
      });
    });
    return [...new Set(acts)].sort();
  }

  /** `refusedBefore`: how the same request was answered to an admin who was demoted right after the guard had looked. */
  async function tried(act: string): Promise<{ refusedBefore: string; entries: Entry[] }> {
    let refusedBefore = '';
    const entries = await entriesOf(act, async (method, path, own, headers) => {
      await system.sql(`UPDATE auth.users SET role = 'admin' WHERE id = $1`, [demoted.id]);
      const refusal = await system.call(method, path, { token: demoted.token, body: own, headers });
      refusedBefore = `${refusal.status} ${refusal.body?.code}`;
    });
    return { refusedBefore, entries };
  }

  async function entriesOf(
    act: string,
    before: (...request: Parameters<Send>) => Promise<void> = () => Promise.resolve(),
  ): Promise<Entry[]> {
    const requestId = randomUUID();
    const { status, body } = await ACTS[act]!(async (method, path, own, headers) => {
      await before(method, path, own, headers);
      return system.call(method, path, { token, body: own, headers: { 'x-request-id': requestId, ...headers } });
    });
    if (status < 200 || status > 299) throw new Error(`${act} answered ${status}: ${JSON.stringify(body)}`);
    return system.sql<Entry>('SELECT actor, action, subject FROM platform.audit_trail WHERE request_id = $1', [requestId]);
  }

  it('every admin route that changes something is tried here', () => {
    expect(adminActs()).toEqual(Object.keys(ACTS).sort());
  });

  /** As if another admin had demoted this one at that moment. */
  function demoteAfterGuard(): void {
    const has = Reflect.get(PostgresCurrentRights.prototype, 'has') as (...call: unknown[]) => Promise<boolean | null>;
    vi.spyOn(PostgresCurrentRights.prototype, 'has').mockImplementation(async function (this: PostgresCurrentRights, ...call) {
      const found = await has.apply(this, call);
      if (call[0] === demoted.id) await system.sql(`UPDATE auth.users SET role = 'customer' WHERE id = $1`, [demoted.id]);
      return found;
    });
  }

  it('every admin act looks at the right again, and has one audit entry', async () => {
    const { id: actor } = await system.expectOk('GET', '/auth/me', { token });
    const found: Record<string, Entry[]> = {};
    const refused: Record<string, string> = {};
    demoteAfterGuard();
    for (const act of Object.keys(ACTS)) {
      const { refusedBefore, entries } = await tried(act);
      found[act] = entries;
      refused[act] = refusedBefore;
    }
    expect(Object.entries(refused).filter(([, answer]) => answer !== '403 auth.right-missing')).toEqual([
      // It sends to the broker outside a transaction, at once; what is sent twice is harmless.
      ['redriveDeadLetters', '200 undefined'],
    ]);
    const faulty = Object.entries(found).filter(([, entries]) => entries.length !== 1 || entries[0]!.actor !== actor);
    expect(faulty).toEqual([]);
    // Two routes replay a Stripe event, and two release an event of the outbox. Every other act has an action of its own.
    const actions = new Set(Object.values(found).flatMap((entries) => entries.map(({ action }) => action)));
    expect(actions.size).toBe(Object.keys(ACTS).length - 2);
  }, 150_000);

  it('an act that goes past the audit trail is found', async () => {
    const bus = system.api.get(CommandBus, { strict: false });
    vi.spyOn(AdminCommands.prototype, 'execute').mockImplementation((command) => bus.execute(command as Command<unknown>));
    expect(await entriesOf('addGenre')).toEqual([]);
  });
});
