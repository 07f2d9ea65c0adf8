import { CardRefused, IdempotencyKeyInUse, OutcomeUnknown, TooManyCardRequests } from '../../domain/card-payments.js';
import { PaymentNotFound } from '../../domain/errors.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnIntent } from './learn-intent.js';
import { OpenPayment } from './open-payment.js';

/** With a payment whose first ask was lost on the way. */
async function begun(): Promise<PaymentDesk> {
  const desk = new PaymentDesk();
  desk.cards.fails('lost-before', 'lost-before');
  await desk.start().catch(() => undefined);
  return desk;
}

const open = (desk: PaymentDesk) => desk.execute(new OpenPayment(desk.payment.id));

describe('Opening a payment somebody else began', () => {
  it('goes on where that one died', async () => {
    const desk = await begun();
    expect(await open(desk)).toMatchObject({ intentId: 'pi_1', clientSecret: 'pi_1_secret' });
    expect(desk.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(desk.dueRows.waiting).toEqual([]);
  });

  it('waits for the answer of whoever asks at the same moment', async () => {
    const desk = await begun();
    desk.cards.fails(new IdempotencyKeyInUse('in use'), new IdempotencyKeyInUse('in use'));
    expect(await open(desk)).toMatchObject({ intentId: 'pi_1' });
    expect(new Set(desk.cards.keys).size).toBe(1);
  });

  it('leaves alone what an event opened before the answer was there', async () => {
    const desk = await begun();
    const create = desk.cards.createIntent.bind(desk.cards);
    desk.cards.createIntent = async (...request) => {
      await desk.execute(new LearnIntent(await create(...request), 'event'));
      throw new OutcomeUnknown('timed out');
    };
    expect(await open(desk)).toBeNull();
    expect(desk.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(desk.eventTypes).toEqual(['payment-started']);
  });

  it('finds its intent behind a definite no, where an earlier key had made it', async () => {
    const desk = await begun();
    const made = { ...anIntent({ intentId: 'pi_earlier', paymentId: desk.payment.id }), clientSecret: 'pi_earlier_secret' };
    desk.cards.intents.set('pi_earlier', made);
    desk.cards.fails(new CardRefused('amount_too_small', 'too small'));
    expect(await open(desk)).toEqual(made);
    expect(desk.payment).toMatchObject({ status: 'open', intentId: 'pi_earlier' });
  });

  it('stays due while Stripe asks for fewer requests', async () => {
    const desk = await begun();
    desk.cards.fails(new TooManyCardRequests());
    await expect(open(desk)).rejects.toThrow(TooManyCardRequests);
    expect(desk.payment.status).toBe('created');
    expect(desk.dueRows.waiting).toEqual([`open-payment ${desk.payment.id}`]);
  });

  it('does not know a payment that is not there', async () => {
    await expect(new PaymentDesk().execute(new OpenPayment('nowhere'))).rejects.toThrow(PaymentNotFound);
  });
});
