import { anEvent, anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { FetchUndeliveredEvents } from './fetch-undelivered-events.js';

const DAY = 86_400_000;
const paid = anIntent({ status: 'succeeded' });
const fetch = (desk: PaymentDesk) => desk.execute(new FetchUndeliveredEvents());

describe('Fetching the events Stripe could not deliver', () => {
  it('takes in each like one that was delivered, past any that is of no use', async () => {
    const desk = await PaymentDesk.opened();
    const [unreadable, foreign, ours] = [anEvent(null, { body: {} }), anEvent(null), anEvent(paid)];
    desk.cards.undelivered.push(unreadable, foreign, ours);
    await fetch(desk);
    expect([unreadable, foreign, ours].map(({ id }) => desk.stripeEvents.view(id).status)).toEqual(['parked', 'ignored', 'applied']);
    expect(desk.payment.status).toBe('succeeded');
  });

  it('leaves alone what came after all', async () => {
    const desk = await PaymentDesk.opened();
    const event = anEvent(paid);
    await desk.hears(null, { id: event.id });
    desk.cards.undelivered.push(event);
    await fetch(desk);
    expect(desk.stripeEvents.view(event.id).status).toBe('ignored');
    expect(desk.payment.status).toBe('open');
  });

  it('goes back as far as Stripe itself tries: three days', async () => {
    const desk = await PaymentDesk.opened();
    const before = (milliseconds: number) => anEvent(paid, { occurredAt: new Date(desk.clock.now().getTime() - milliseconds) });
    const [within, older] = [before(3 * DAY), before(3 * DAY + 1)];
    desk.cards.undelivered.push(within, older);
    await fetch(desk);
    expect([...desk.stripeEvents.all.keys()]).toEqual([within.id]);
  });
});
