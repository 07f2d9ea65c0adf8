import { DataSource } from 'typeorm';
import { AddAmountToPayOuts20261128120000 } from '../../../migrations/20261128120000-add-amount-to-pay-outs.js';
import { FillAmountOfPayOuts20261128120100 } from '../../../migrations/20261128120100-fill-amount-of-pay-outs.js';
import type { Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { paymentIntentOf } from '../../support/payments.js';
import { until } from '../../support/until.js';

/** A refund that failed for good and was paid out by the staff, as reservations, reports and the invariants see it. */
describe('A refund that was paid out in another way', () => {
  let system: InProcessSystem;
  let token: string;
  let adminId: string;
  let showtimeId: string;
  let reservationId: string;
  let refundId: string;
  let customer: Awaited<ReturnType<InProcessSystem['registerCustomer']>>;

  beforeAll(async () => {
    system = await startInProcessSystem();
    token = await system.adminToken();
    adminId = (await system.expectOk('GET', '/auth/me', { token })).id;
    ({ showtimeId } = await system.createShowtime());
    customer = await system.registerCustomer();
    reservationId = (await system.hold(customer, showtimeId, ['A1'])).body.id;
    const intent = await paymentIntentOf(system, customer, reservationId);
    await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_refundFail' });
    const status = async () => (await system.reservation(customer, reservationId)).status;
    await until(async () => (await status()) === 'confirmed', { timeoutMs: 15_000, what: 'the confirmation' });
    await system.expectOk('POST', `/admin/reservations/${reservationId}/cancel`, { token, body: { refund: 'full', reason: 'A test.' } });
    const failed = async () => (await system.expectOk('GET', '/admin/refunds?waiting=true', { token })).data[0]?.id as string | undefined;
    refundId = await until(failed, { timeoutMs: 15_000, what: 'the refund to fail' });
    const body = { amount: 1_250, note: 'In cash, receipt 12' };
    await system.expectOk('POST', `/admin/refunds/${refundId}/paid-out`, { token, body });
  }, 90_000);
  afterAll(() => system?.close());

  it('the customer sees that nothing of it is open', async () => {
    const { refund } = await system.reservation(customer, reservationId);
    expect(refund).toEqual({
      amount: { amount: 1_250, currency: 'EUR' },
      status: 'failed',
      reason: 'reservation-cancelled',
      paidOutAt: expect.any(String),
    });
  });

  it('the timeline says who recorded it', async () => {
    const { entries } = await system.expectOk('GET', `/admin/reservations/${reservationId}/timeline`, { token });
    const paidOut = entries.filter(({ step }: Json) => step === 'refund-paid-out');
    expect(paidOut).toMatchObject([{ refundId, actor: adminId, action: 'payments.mark-refund-paid-out', amount: { amount: 1_250 } }]);
  });

  it('the revenue report counts it as refunded, and the reconciliation has no gap', async () => {
    const now = await system.now();
    const day = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const period = `from=${day(-1)}&to=${day(2)}`;
    const row = await until(
      async () => {
        const { data } = await system.expectOk('GET', `/admin/reports/revenue?${period}&groupBy=movie`, { token });
        return data[0]?.refunded > 0 && data[0];
      },
      { timeoutMs: 15_000, what: 'the report' },
    );
    expect(row).toMatchObject({ received: 1_250, refunded: 1_250, net: 0 });
    const { data } = await system.expectOk('GET', `/admin/reports/reconciliation?${period}`, { token });
    expect(data.filter((gap: Json) => gap.reservationId === reservationId)).toEqual([]);
  });

  it('the invariants hold', () => assertInvariants(system), 40_000);

  it('the migrations fill the amounts of refunds that were paid out before', async () => {
    const paidOut = () => system.sql(`SELECT paid_out_amount, paid_out_by FROM payments.refunds WHERE id = $1`, [refundId]);
    expect(await paidOut()).toEqual([{ paid_out_amount: 1_250, paid_out_by: adminId }]);
    const runner = system.api.get(DataSource, { strict: false }).createQueryRunner();
    const [add, fill] = [new AddAmountToPayOuts20261128120000(), new FillAmountOfPayOuts20261128120100()];
    await runner.startTransaction();
    await add.down(runner);
    await add.up(runner);
    await runner.commitTransaction();
    await fill.up(runner);
    await runner.release();
    expect(await paidOut()).toEqual([{ paid_out_amount: 1_250, paid_out_by: null }]);
  });

  it('the invariants hold also where the showtime is cancelled afterwards', async () => {
    await system.expectOk('DELETE', `/showtimes/${showtimeId}`, { token });
    await assertInvariants(system);
    const { data } = await system.expectOk('GET', '/admin/refunds', { token });
    expect(data).toHaveLength(1);
  }, 40_000);
});
