import { OutcomeUnknown } from '../../domain/card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CheckPayment } from './check-payment.js';

const check = (desk: PaymentDesk) => desk.execute(new CheckPayment(desk.payment.id));
const timedOut = () => Promise.reject(new OutcomeUnknown('timed out'));

describe('Asking Stripe how a payment stands', () => {
  it.each([
    ['the money arrived', { status: 'succeeded', received: 2_500 }, 'payment-succeeded'],
    ['a card was declined', { status: 'failed', declineReason: 'lost_card' }, 'payment-failed'],
    ['it was cancelled', { status: 'cancelled' }, 'payment-cancelled'],
  ] as const)('finds that %s, once', async (_, change, event) => {
    const desk = await PaymentDesk.opened();
    desk.cards.turns('pi_1', change);
    await check(desk);
    await check(desk);
    expect(desk.payment.status).toBe(change.status);
    expect(desk.eventTypes).toEqual(['payment-started', event]);
  });

  it('believes the answer also where it is not the price: the money goes back', async () => {
    const desk = await PaymentDesk.opened();
    desk.cards.turns('pi_1', { status: 'succeeded', received: 900, amount: { amount: 900, currency: 'EUR' } });
    await check(desk);
    expect(desk.payment).toMatchObject({ captured: 900, refunds: [{ reason: 'wrong-amount', amount: 900 }] });
  });

  it('need not be done for one that has ended', async () => {
    for (const status of ['succeeded', 'cancelled'] as const) {
      const desk = await PaymentDesk.opened();
      desk.cards.turns('pi_1', { status, received: status === 'succeeded' ? 2_500 : 0 });
      await check(desk);
      desk.cards.intent = timedOut;
      await expect(check(desk)).resolves.toBeUndefined();
    }
  });

  it('cannot be done for one whose intent nobody has seen yet', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-before', 'lost-before');
    await desk.start().catch(() => undefined);
    desk.cards.intent = timedOut;
    await expect(check(desk)).resolves.toBeUndefined();
    expect(desk.payment.status).toBe('created');
  });
});
