import { Logger } from '@nestjs/common';
import { CardRefused, OutcomeUnknown, TooManyCardRequests } from '../../domain/card-payments.js';
import { DUE_SWEEPS, DUE_TASKS } from '../../domain/due-rows.js';
import { anEvent, anIntent, aRefund } from '../../testing/fake-card-payments.js';
import { aPayment } from '../../testing/payments.contract.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPayment } from './refund-payment.js';
import { WorkDueRows } from './work-due-rows.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

const work = (desk: PaymentDesk, kinds: WorkDueRows['kinds'] = DUE_TASKS, atOnce = 10) => desk.execute(new WorkDueRows(kinds, atOnce));
const statuses = (desk: PaymentDesk) => [...desk.payments.all.values()].map(({ status }) => status);

/** Payments that were begun, and no more. */
async function begun(many: number): Promise<PaymentDesk> {
  const desk = new PaymentDesk();
  for (let i = 0; i < many; i++) await desk.payments.add(aPayment());
  return desk;
}

/** Stripe does not answer about this payment until told to. */
function hangs(desk: PaymentDesk, paymentId: string): () => void {
  const create = desk.cards.createIntent.bind(desk.cards);
  desk.cards.createIntent = (request, key) =>
    request.paymentId === paymentId ? Promise.reject(new OutcomeUnknown('timed out')) : create(request, key);
  return () => {
    desk.cards.createIntent = create;
  };
}

describe('Working off what is due at Stripe', () => {
  it('does all of it, whatever becomes of one piece; that one is due again, later', async () => {
    const desk = await begun(3);
    const second = [...desk.payments.all.keys()][1]!;
    const answers = hangs(desk, second);
    expect(await work(desk)).toEqual({ worked: 3, tooManyRequests: false });
    expect(statuses(desk)).toEqual(['open', 'created', 'open']);
    expect(desk.dueRows.waiting).toEqual([`open-payment ${second}`]);
    expect(desk.dueRows.all.get(`open-payment ${second}`)).toMatchObject({ tries: 1, lastError: 'OutcomeUnknown: timed out' });
    expect(await work(desk)).toEqual({ worked: 0, tooManyRequests: false });
    answers();
    desk.clock.advance(1_000);
    expect(await work(desk)).toEqual({ worked: 1, tooManyRequests: false });
    expect(statuses(desk)).toEqual(['open', 'open', 'open']);
    expect(desk.dueRows.waiting).toEqual([]);
  });

  it('does no more at once than it is told to', async () => {
    const desk = await begun(3);
    expect(await work(desk, DUE_TASKS, 2)).toEqual({ worked: 2, tooManyRequests: false });
    expect(statuses(desk).sort()).toEqual(['created', 'open', 'open']);
  });

  it('puts back only what Stripe would not hear of', async () => {
    const desk = await begun(2);
    desk.cards.fails(new TooManyCardRequests());
    expect(await work(desk)).toEqual({ worked: 1, tooManyRequests: true });
    expect(statuses(desk)).toEqual(['created', 'open']);
    expect(desk.dueRows.waiting).toHaveLength(1);
    expect(await work(desk)).toEqual({ worked: 1, tooManyRequests: false });
    expect(statuses(desk)).toEqual(['open', 'open']);
  });

  it('is done with a payment Stripe would not have', async () => {
    const desk = await begun(1);
    desk.cards.fails(new CardRefused('amount_too_small', 'too small'));
    expect(await work(desk)).toEqual({ worked: 1, tooManyRequests: false });
    expect(statuses(desk)).toEqual(['cancelled']);
    expect([...desk.dueRows.all.values()]).toMatchObject([{ tries: 0, nextAt: null }]);
  });

  it('fails when its own books do, but not before everything was tried', async () => {
    const desk = await begun(2);
    hangs(desk, [...desk.payments.all.keys()][0]!);
    desk.dueRows.failed = () => Promise.reject(new Error('connection lost'));
    await expect(work(desk)).rejects.toThrow('connection lost');
    expect(statuses(desk)).toEqual(['created', 'open']);
  });

  it('keeps to the kinds it is told', async () => {
    const desk = await begun(1);
    expect(await work(desk, DUE_SWEEPS)).toEqual({ worked: 0, tooManyRequests: false });
    expect(statuses(desk)).toEqual(['created']);
  });
});

describe('Due work', () => {
  const due = async (desk: PaymentDesk, kind: WorkDueRows['kinds'][number], subject: string) => {
    await desk.dueRows.want([{ kind, subject }]);
    expect(await work(desk, [kind])).toEqual({ worked: 1, tooManyRequests: false });
    expect(desk.dueRows.waiting).not.toContain(`${kind} ${subject}`);
  };

  it('opens a payment, looks it up, cancels it', async () => {
    const desk = await begun(1);
    await due(desk, 'open-payment', desk.payment.id);
    expect(desk.payment.status).toBe('open');
    desk.cards.turns('pi_1', { status: 'failed' });
    await due(desk, 'check-payment', desk.payment.id);
    expect(desk.payment.status).toBe('failed');
    await due(desk, 'cancel-payment', desk.payment.id);
    expect(desk.payment.status).toBe('cancelled');
  });

  it('cancels an intent', async () => {
    const desk = await PaymentDesk.opened();
    await due(desk, 'cancel-intent', 'pi_1');
    expect(desk.cards.intents.get('pi_1')?.status).toBe('cancelled');
  });

  it('orders a refund, lists refunds', async () => {
    const desk = await PaymentDesk.paid();
    await desk.execute(new RefundPayment(desk.payment.id, 'reservation-cancelled', { amount: 1_000, currency: 'EUR' }));
    await due(desk, 'submit-refund', desk.payment.refunds[0]!.id);
    expect(desk.payment.refunded).toBe(1_000);
    desk.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand', amount: { amount: 700, currency: 'EUR' } }));
    await due(desk, 'list-refunds', desk.payment.id);
    expect(desk.payment.refunded).toBe(1_700);
  });

  it('checks an event, fetches events', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = await desk.hears(anIntent({ status: 'succeeded', received: 1 }));
    await due(desk, 'check-event', id);
    expect(desk.stripeEvents.view(id).status).toBe('parked');
    desk.cards.undelivered.push(anEvent(anIntent({ status: 'succeeded' })));
    await due(desk, 'fetch-undelivered-events', 'all');
    expect(desk.payment.status).toBe('succeeded');
  });
});
