import { DisputeClosed } from '@app/contracts/payments.js';
import type { DomainEvent } from '@app/kernel/domain-event.js';
import { subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';
import { CONTEXT, EVENTS } from '../../testing/events.js';
import { reportsReactions } from '../reports-reactions.js';
import { CountLostMoneyWhenDisputeClosed } from './count-lost-money-when-dispute-closed.js';

class RecordedFacts extends ReportFacts {
  readonly calls: [string, unknown][] = [];
  readonly saveMovie = this.recorder('saveMovie');
  readonly saveTheatre = this.recorder('saveTheatre');
  readonly saveShowtime = this.recorder('saveShowtime');
  readonly markShowtimeCancelled = this.recorder('markShowtimeCancelled');
  readonly saveReservation = this.recorder('saveReservation');
  readonly saveMoney = this.recorder('saveMoney');

  private recorder(method: string) {
    return (fact: unknown): Promise<void> => {
      this.calls.push([method, fact]);
      return Promise.resolve();
    };
  }
}

const reactionsTo = (event: DomainEvent) => reportsReactions.filter((reaction) => subscriptionOf(reaction)?.event === event.constructor);

describe('Reactions of reports', () => {
  it.each(EVENTS.map(([event, method, fact]) => [event.type, event, method, fact] as const))(
    '%s is kept as one fact',
    async (_type, event, method, fact) => {
      const facts = new RecordedFacts();
      const [reaction, ...others] = reactionsTo(event);
      expect(others).toEqual([]);
      if (reaction === undefined) throw new Error('There is no reaction');
      await new reaction(facts).handle(event as never, CONTEXT);
      expect(facts.calls).toEqual([[method, fact]]);
    },
  );

  it('a dispute counts what the bank keeps by the last decision', async () => {
    const [closed] = EVENTS.flatMap(([event]) => (event instanceof DisputeClosed ? [event] : []));
    for (const [own, amount] of [
      [{ outcome: 'won' }, 0],
      [{ outcome: 'won', lost: { amount: 0, currency: 'EUR' } }, 0],
      [{ outcome: 'lost', lost: { amount: 300, currency: 'EUR' } }, -300],
    ] as const) {
      const facts = new RecordedFacts();
      await new CountLostMoneyWhenDisputeClosed(facts).handle(new DisputeClosed({ ...closed!.data, ...own }), CONTEXT);
      expect(facts.calls).toMatchObject([['saveMoney', { amount, lostInDispute: true }]]);
    }
  });

  it('every reaction is tried', () => {
    expect(new Set(EVENTS.flatMap(([event]) => reactionsTo(event))).size).toBe(reportsReactions.length);
  });
});
