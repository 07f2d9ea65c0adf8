import { OutcomeUnknown } from '../../domain/card-payments.js';
import { aDispute, aRefund } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from '../commands/refund-payment.js';
import { AskForCharge } from './ask-for-charge.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

describe('AskForCharge', () => {
  const dispute = aDispute({ intentId: null, chargeId: 'ch_1' });

  it('disputes, refunds and lists of refunds are applied by their charge', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.charges.set('ch_1', 'pi_1');
    const made = aRefund({ intentId: null, chargeId: 'ch_1', amount: eur(700) });
    harness.cards.refunds.set('re_1', { ...made, intentId: 'pi_1' });
    for (const fact of [dispute, made, { kind: 'refunds-changed', intentId: null, chargeId: 'ch_1' } as const]) {
      const { id, status } = await harness.deliver(fact);
      expect([status, harness.jobs.waiting]).toEqual(['checking', [`payments.ask-for-charge ${id}`]]);
      await harness.runJobs();
      expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'applied', note: null });
      await harness.runJobs();
    }
    expect([...harness.disputes.all.values()]).toMatchObject([{ id: 'dp_1', paymentId: harness.payment.id }]);
    expect(harness.payment).toMatchObject({ refunded: 700, refunds: [{ reason: 'external' }] });
    expect(harness.alerts.codes).toEqual(['dispute-opened', 'external-refund']);
  });

  it.each([
    ['of another system', 'pi_else'],
    ['of no intent', null],
    ['that Stripe does not know', undefined],
  ])('an event about a charge %s is ignored', async (_, intentId) => {
    const harness = await PaymentsHarness.paid();
    if (intentId !== undefined) harness.cards.charges.set('ch_1', intentId);
    const { id } = await harness.deliver(dispute);
    await harness.runJobs();
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'ignored', note: 'not about a payment of ours' });
    expect([harness.jobs.waiting, harness.disputes.all.size]).toEqual([[], 0]);
  });

  it('an unreadable event about a charge of ours is parked, once Stripe has said so', async () => {
    const harness = await PaymentsHarness.paid();
    harness.cards.charges.set('ch_1', 'pi_1');
    const { id, status } = await harness.deliver(null, { body: { named: { chargeId: 'ch_1' } } });
    expect([status, harness.alerts.codes]).toEqual(['checking', []]);
    await harness.runJobs();
    expect([harness.stripeEvents.view(id).status, harness.alerts.codes]).toEqual(['parked', ['webhook-parked']]);
  });

  it('the event waits for an answer, and one that has ended meanwhile stays so', async () => {
    const harness = await PaymentsHarness.paid();
    const { id } = await harness.deliver(dispute);
    harness.cards.intentOfCharge = () => Promise.reject(new OutcomeUnknown('timed out'));
    await expect(harness.run(AskForCharge, id)).rejects.toThrow(OutcomeUnknown);
    expect(harness.stripeEvents.view(id).status).toBe('checking');
    harness.cards.intentOfCharge = async () => {
      await harness.stripeEvents.update(id, { attempts: 0, status: 'ignored', note: null });
      return 'pi_1';
    };
    await harness.run(AskForCharge, id);
    expect([harness.stripeEvents.view(id).status, harness.disputes.all.size]).toEqual(['ignored', 0]);
  });

  it('a refund that names ours needs no question', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    const [refund] = harness.payment.refunds;
    const fact = aRefund({ intentId: null, chargeId: 'ch_1', refundId: refund!.id, amount: eur(1_000) });
    expect((await harness.deliver(fact)).status).toBe('applied');
    expect(harness.payment.refunded).toBe(1_000);
  });
});
