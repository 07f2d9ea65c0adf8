/** What every store of webhook endpoints and deliveries does, in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { WebhookEndpointNotFound } from '../domain/errors.js';
import type { WebhookDeliveries } from '../domain/webhook-deliveries.js';
import { WebhookDelivery } from '../domain/webhook-delivery.js';
import { WebhookEndpoint } from '../domain/webhook-endpoint.js';
import type { WebhookEndpoints } from '../domain/webhook-endpoints.js';

export interface WebhookStores {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
}

const NOW = new Date('2026-03-01T12:00:00Z');
const LEASE_MS = 60_000;
const after = (milliseconds: number): Date => addMs(NOW, milliseconds);
const SETTINGS = { url: 'https://receiver.example/', description: '', types: null };
const UNANSWERED = { kind: 'unanswered', error: 'ECONNREFUSED', isFinal: true } as const;

export function webhookStoresContract(makeStores: () => Promise<WebhookStores>): void {
  let endpoints: WebhookEndpoints;
  let deliveries: WebhookDeliveries;
  beforeEach(async () => {
    ({ endpoints, deliveries } = await makeStores());
  });

  const create = () => endpoints.addKnowingOthers(() => WebhookEndpoint.create(SETTINGS, { secret: 'sealed', cursor: null, now: NOW }));
  async function request(endpointId: string, { eventId = newId(), now = NOW } = {}): Promise<string> {
    const delivery = WebhookDelivery.request({ endpointId, eventId, type: 'movies.movie-added.v1' }, now);
    await deliveries.add([delivery]);
    return delivery.state.id;
  }
  const claim = (now = NOW, perEndpoint = 5) => deliveries.claim({ perEndpoint, busy: new Map(), leaseMs: LEASE_MS, now });
  const idsOf = (claimed: readonly { id: string }[]) => claimed.map(({ id }) => id).sort();

  it('an endpoint that is added knows how many there are, without deleted ones', async () => {
    const { state } = await create();
    await create();
    await endpoints.change(state.id, (endpoint) => endpoint.delete());
    const counts: number[] = [];
    await endpoints.addKnowingOthers(({ count }) => {
      counts.push(count);
      return WebhookEndpoint.create(SETTINGS, { secret: 'sealed', cursor: null, now: NOW });
    });
    expect(counts).toEqual([1]);
  });

  it('a change of an endpoint is stored, and a deleted one is not found', async () => {
    const { state } = await create();
    await endpoints.change(state.id, (endpoint) => endpoint.change({ description: 'Till' }));
    expect(await endpoints.change(state.id, ({ state: stored }) => stored)).toMatchObject({ description: 'Till', version: 2 });
    await endpoints.change(state.id, (endpoint) => endpoint.delete());
    await expect(endpoints.change(state.id, () => undefined)).rejects.toThrow(WebhookEndpointNotFound);
  });

  it('one event has one delivery to an endpoint', async () => {
    const [{ state: one }, { state: other }] = [await create(), await create()];
    const eventId = newId();
    for (const endpointId of [one.id, one.id, other.id]) await request(endpointId, { eventId });
    expect([await deliveries.waitingCount(one.id, 10), await deliveries.waitingCount(other.id, 10)]).toEqual([1, 1]);
  });

  it('due deliveries are claimed once, as many as fit an endpoint', async () => {
    const { state } = await create();
    const ids = [await request(state.id), await request(state.id), await request(state.id, { now: after(1) })];
    expect(idsOf(await claim(NOW, 1))).toHaveLength(1);
    expect(idsOf(await claim())).toHaveLength(1);
    expect(idsOf(await claim())).toEqual([]);
    expect(idsOf(await claim(after(LEASE_MS)))).toEqual(ids.sort());
  });

  it('a failure under a claim that has passed to another is not counted', async () => {
    const { state } = await create();
    const id = await request(state.id);
    const [first] = await claim();
    const [second] = await claim(after(LEASE_MS));
    const fail = (delivery: WebhookDelivery) => delivery.record(UNANSWERED, { startedAt: NOW, endedAt: NOW });
    expect(await deliveries.change(id, { claim: first!.claim }, fail)).toBe(false);
    expect(await deliveries.change(id, { claim: second!.claim }, fail)).toBe(true);
    expect(await deliveries.waitingCount(state.id, 10)).toBe(0);
  });

  it('a delivery is not that of another endpoint', async () => {
    const [{ state: one }, { state: other }] = [await create(), await create()];
    const id = await request(one.id);
    expect(await deliveries.change(id, { endpointId: other.id }, () => undefined)).toBe(false);
  });

  it('what waits is brought forward, and what is tried is not', async () => {
    const { state } = await create();
    const tried = await request(state.id);
    await claim();
    const waiting = await request(state.id, { now: after(LEASE_MS) });
    await deliveries.bringForward(state.id, NOW);
    expect(idsOf(await claim())).toEqual([waiting]);
    expect(tried).not.toBe(waiting);
  });

  it('failed deliveries since a time are replayed, the oldest first', async () => {
    const { state } = await create();
    const ids = [await request(state.id), await request(state.id, { now: after(1) }), await request(state.id, { now: after(2) })];
    for (const id of ids) await deliveries.change(id, {}, (delivery) => delivery.record(UNANSWERED, { startedAt: NOW, endedAt: NOW }));
    expect(await deliveries.replayFailed(state.id, { since: after(1), limit: 1, now: after(3) })).toBe(1);
    expect(idsOf(await claim(after(3)))).toEqual([ids[1]]);
    expect(await deliveries.replayFailed(state.id, { since: NOW, limit: 10, now: after(3) })).toBe(2);
  });
}
