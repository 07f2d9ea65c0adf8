import type { Customer, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('A disputed payment', () => {
  let system: InProcessSystem;
  let admin: string;
  let customer: Customer;
  beforeAll(async () => {
    system = await startInProcessSystem();
    admin = await system.adminToken();
    customer = await system.registerCustomer();
  }, 60_000);
  afterAll(() => system?.close());

  async function control(path: string, body: object): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${system.sandboxUrl}/sandbox${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as Json;
  }
  async function disputed(): Promise<{ id: string; dispute: Json }> {
    const { showtimeId } = await system.createShowtime();
    const { id } = await buyTicket(system, customer, showtimeId, ['A1']);
    const [row] = await system.sql<{ intent_id: string }>('SELECT intent_id FROM payments.payments WHERE reservation_id = $1', [id]);
    const dispute = await control('/disputes', { payment_intent: row!.intent_id });
    await waitForFlag(id, { disputed: true });
    return { id, dispute };
  }
  const waitForFlag = (id: string, { disputed }: { disputed: boolean }): Promise<unknown> =>
    until(async () => (await system.reservation(customer, id)).disputed === disputed, { what: `disputed to be ${disputed}` });
  const refundIs = (id: string, status: string): Promise<unknown> =>
    until(async () => (await system.reservation(customer, id)).refund?.status === status, { what: `the refund to be ${status}` });

  it('a dispute flags its reservation until it is won', async () => {
    const { id, dispute } = await disputed();
    expect(await system.reservation(customer, id)).toMatchObject({ status: 'confirmed', refund: null });
    await control(`/disputes/${dispute.id}/close`, { outcome: 'won' });
    await waitForFlag(id, { disputed: false });
    const { entries } = await system.expectOk('GET', `/admin/reservations/${id}/timeline`, { token: admin });
    const steps = entries.map(({ step }: Json) => step).filter((step: string) => step.includes('dispute'));
    expect(steps).toEqual(['dispute-opened', 'dispute-recorded', 'dispute-closed', 'dispute-recorded']);
  }, 60_000);

  it('what a cancellation owes during a dispute is refunded once it is won', async () => {
    const { id, dispute } = await disputed();
    const { refund } = await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
    expect(refund).toMatchObject({ amount: { amount: 1_250 }, reason: 'reservation-cancelled' });
    // Stripe refunds no disputed charge.
    await refundIs(id, 'failed');
    await control(`/disputes/${dispute.id}/close`, { outcome: 'won' });
    await waitForFlag(id, { disputed: false });
    await refundIs(id, 'succeeded');
    await assertInvariants(system);
  }, 60_000);

  it('an appeal takes the flag away again', async () => {
    const { id, dispute } = await disputed();
    await control(`/disputes/${dispute.id}/close`, { outcome: 'lost' });
    await until(
      async () => (await system.sql(`SELECT FROM messaging.outbox WHERE subject = $1 AND data ->> 'outcome' = 'lost'`, [id])).length === 1,
      { what: 'the lost dispute to be recorded' },
    );
    await control(`/disputes/${dispute.id}/appeal`, { outcome: 'won' });
    await waitForFlag(id, { disputed: false });
  }, 60_000);

  it('a dispute and a decision whose events were lost are recorded by the search', async () => {
    const { id, dispute } = await disputed();
    const search = () => system.sql(`UPDATE platform.jobs SET run_at = 'epoch' WHERE kind = 'reservations.record-missing-disputes'`);
    await system.sql(`UPDATE reservations.reservations SET disputes = '[]', disputed = false WHERE id = $1`, [id]);
    await search();
    await waitForFlag(id, { disputed: true });
    const [open] = await system.sql<{ disputes: Json[] }>('SELECT disputes FROM reservations.reservations WHERE id = $1', [id]);
    await control(`/disputes/${dispute.id}/close`, { outcome: 'won' });
    await waitForFlag(id, { disputed: false });
    await system.sql('UPDATE reservations.reservations SET disputes = $2, disputed = true WHERE id = $1', [
      id,
      JSON.stringify(open!.disputes),
    ]);
    await search();
    await waitForFlag(id, { disputed: false });
  }, 60_000);

  it('a lost dispute keeps its reservation flagged', async () => {
    const { id, dispute } = await disputed();
    await control(`/disputes/${dispute.id}/close`, { outcome: 'lost' });
    await until(
      async () => (await system.sql(`SELECT FROM messaging.outbox WHERE subject = $1 AND data ->> 'outcome' = 'lost'`, [id])).length === 1,
      { what: 'the lost dispute to be recorded' },
    );
    expect((await system.reservation(customer, id)).disputed).toBe(true);
  }, 60_000);
});
