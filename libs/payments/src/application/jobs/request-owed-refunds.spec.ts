import { Logger } from '@nestjs/common';
import type { OwedRefundView } from '@app/contracts/reservations.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from '../commands/refund-payment.js';
import { RequestOwedRefunds } from './request-owed-refunds.js';

beforeAll(() => void Logger.overrideLogger(false));

const eur = (amount: number) => ({ amount, currency: 'EUR' });

function owedFor(harness: PaymentsHarness, own: Partial<OwedRefundView> = {}): OwedRefundView {
  const { id: paymentId, reservationId } = harness.payment;
  const owedAt = harness.clock.now().toISOString();
  return { paymentId, reservationId, refundDue: eur(2_500), reason: 'reservation-cancelled', owedAt, ...own };
}

const search = (harness: PaymentsHarness) => harness.run(RequestOwedRefunds, 'all');

describe('RequestOwedRefunds', () => {
  it('a refund whose message was lost is requested, once', async () => {
    const harness = await PaymentsHarness.paid();
    harness.owed = [owedFor(harness)];
    for (const _ of ['once', 'again']) await search(harness);
    expect(harness.payment.refunds).toMatchObject([{ reason: 'reservation-cancelled', amount: 2_500, status: 'requested' }]);
    expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${harness.payment.refunds[0]!.id}`]);
  });

  it('only what is missing is requested', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    harness.owed = [owedFor(harness, { refundDue: eur(1_000) }), owedFor(harness, { reason: 'showtime-moved' })];
    await search(harness);
    expect(harness.payment.refunds.map(({ amount }) => amount)).toEqual([1_000, 1_500]);
  });

  it('the search runs every minute without having been asked for', async () => {
    const harness = await PaymentsHarness.paid();
    expect(harness.bus.get(RequestOwedRefunds).everyMs).toBe(MINUTE_MS);
  });

  it('a fact that is stored some minutes after its time is found', async () => {
    const harness = await PaymentsHarness.paid();
    const late = owedFor(harness);
    harness.clock.advance(5 * MINUTE_MS);
    harness.owed = [owedFor(harness, { reason: 'showtime-moved', refundDue: eur(1_000) })];
    await search(harness);
    harness.owed = [late];
    await search(harness);
    expect(harness.payment.refunds.map(({ amount }) => amount)).toEqual([1_000, 1_500]);
  });

  it('every page is read, and a refund that cannot be requested stops no other', async () => {
    const harness = await PaymentsHarness.paid();
    const unknown = Array.from({ length: 450 }, () => owedFor(harness, { paymentId: newId() }));
    unknown.sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
    harness.clock.advance(1);
    harness.owed = [...unknown, owedFor(harness)];
    await search(harness);
    expect(harness.payment.refunds).toHaveLength(1);
    expect(harness.alerts.codes).toEqual(unknown.map(() => 'refund-not-requested'));
    expect(await harness.watermark.read()).toEqual(new Date(0));
  });

  it('the watermark follows what is requested, and a clock that was set back', async () => {
    const harness = await PaymentsHarness.paid();
    harness.owed = [owedFor(harness)];
    await search(harness);
    const owedAt = harness.clock.now();
    expect(await harness.watermark.read()).toEqual(owedAt);
    await harness.watermark.advanceTo(addMs(owedAt, MINUTE_MS).toISOString());
    await search(harness);
    expect(await harness.watermark.read()).toEqual(owedAt);
  });
});
