/** What is owed goes back in full, although a refund that had given a part of it back fails later. */
import type { Customer } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

describe('An owed refund beside another one that fails later', () => {
  let system: InProcessSystem;
  let customer: Customer;
  beforeAll(async () => {
    system = await startInProcessSystem();
    customer = await system.registerCustomer();
  }, 60_000);
  afterAll(() => system?.close());

  /** Waits until the payment of the reservation has refunded so much. Returns it. */
  const untilRefunded = (reservationId: string, refunded: number) =>
    until(
      async () => {
        const [payment] = await system.sql<{ id: string; intentId: string }>(
          'SELECT id, intent_id AS "intentId" FROM payments.payments WHERE reservation_id = $1 AND refunded = $2',
          [reservationId, refunded],
        );
        return payment;
      },
      { what: `${refunded} to be refunded` },
    );

  it.each([
    ['in the dashboard', false],
    ['of an admin', true],
  ])(
    'what a refund %s did not give back after all is refunded as owed',
    async (_, isGoodwill) => {
      const admin = await system.adminToken();
      const { showtimeId } = await system.createShowtime();
      const { id } = await buyTicket(system, customer, showtimeId, ['A1']);
      const { id: paymentId, intentId } = await untilRefunded(id, 0);
      const body = { amount: 500, reason: 'The heating was off.' };
      if (isGoodwill) await system.expectOk('POST', `/admin/payments/${paymentId}/refunds`, { token: admin, body });
      else await system.stripe.refunds.create({ payment_intent: intentId, amount: 500 });
      await untilRefunded(id, 500);
      const [apart] = (await system.stripe.refunds.list({ payment_intent: intentId })).data;
      await system.expectOk('DELETE', `/reservations/${id}`, { token: customer.token });
      await untilRefunded(id, 1_250);
      const failed = await fetch(`${system.sandboxUrl}/sandbox/refunds/${apart!.id}/fail`, { method: 'POST' });
      expect(failed.status).toBe(200);
      await until(
        async () =>
          (await system.sql(`SELECT FROM payments.refunds WHERE stripe_refund_id = $1 AND status = 'failed'`, [apart!.id])).length > 0,
        { what: 'the failure to be recorded' },
      );
      await untilRefunded(id, 1_250);
      const owed = await system.sql(
        `SELECT reason, amount FROM payments.refunds WHERE payment_id = $1 AND status = 'succeeded' ORDER BY id`,
        [paymentId],
      );
      expect(owed).toEqual([750, 500].map((amount) => ({ reason: 'reservation-cancelled', amount })));
      await assertInvariants(system);
    },
    60_000,
  );
});
