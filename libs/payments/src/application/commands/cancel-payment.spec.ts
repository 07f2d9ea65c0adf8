import { CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CancelPayment } from './cancel-payment.js';

const cancel = (desk: PaymentDesk) => desk.execute(new CancelPayment(desk.payment.id));

describe('Cancelling a payment nobody need make any more', () => {
  it('ends its intent at Stripe, and is harmless when repeated', async () => {
    const desk = await PaymentDesk.opened();
    await cancel(desk);
    await cancel(desk);
    expect(desk.payment.status).toBe('cancelled');
    expect(desk.cards.intents.get('pi_1')?.status).toBe('cancelled');
    expect(desk.eventTypes).toEqual(['payment-started', 'payment-cancelled']);
  });

  it('learns of the money when that was faster', async () => {
    const desk = await PaymentDesk.opened();
    desk.cards.turns('pi_1', { status: 'succeeded', received: 2_500 });
    await cancel(desk);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 2_500 });
  });

  it('comes back later while a bank still thinks', async () => {
    const desk = await PaymentDesk.opened();
    desk.cards.cancelIntent = () => Promise.reject(new CardRefused('payment_intent_unexpected_state', 'processing'));
    await expect(cancel(desk)).rejects.toThrow(OutcomeUnknown);
    expect(desk.payment.status).toBe('open');
  });

  it('finds the intent nobody has seen yet under its key, and ends that', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-after');
    const first = desk.cards.createIntent.bind(desk.cards);
    let asks = 0;
    desk.cards.createIntent = (...request) => (asks++ === 1 ? Promise.reject(new OutcomeUnknown('timed out')) : first(...request));
    await expect(desk.start()).rejects.toThrow();
    expect(desk.payment).toMatchObject({ status: 'created', intentId: null });
    await cancel(desk);
    expect(desk.payment).toMatchObject({ status: 'cancelled', intentId: 'pi_1' });
    expect([...desk.cards.intents.values()].map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('has nothing to end where Stripe would not make one', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-before', 'lost-before', new CardRefused('amount_too_small', 'too small'));
    await desk.start().catch(() => undefined);
    await cancel(desk);
    expect(desk.payment.status).toBe('cancelled');
    expect(desk.cards.intents.size).toBe(0);
  });
});
