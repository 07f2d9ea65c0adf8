import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { POLICY, aHold, minutesAfter } from '../testing/builders.js';
import { OPEN_SALES } from './sales-status.js';

describe('A random history of a reservation', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('pay' as const), seatsReclaimed: fc.boolean() }),
    fc.constantFrom({ do: 'expire' as const }, { do: 'extend' as const }, { do: 'complete' as const }),
    fc.record({ do: fc.constant('cancel' as const), refund: fc.constantFrom('full' as const, 'policy' as const, 'none' as const) }),
  );
  const history = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 120 })), { maxLength: 12 });

  it('every payment is decided exactly once, in any order of steps', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const reservation = aHold();
        let at = minutesAfter(0);
        const payments: string[] = [];
        for (const [what, minutes] of steps) {
          at = minutesAfter(minutes, at);
          try {
            if (what.do === 'pay') {
              const paymentId = newId();
              payments.push(paymentId);
              const { seatsReclaimed } = what;
              reservation.receivePayment(
                { paymentId, reservationId: reservation.id, amount: { amount: 2_500, currency: 'EUR' } },
                { seatsReclaimed, salesStatus: OPEN_SALES, at },
              );
            } else if (what.do === 'expire') reservation.expire(at);
            else if (what.do === 'extend') reservation.extend({ policy: POLICY, salesStatus: OPEN_SALES, at });
            else if (what.do === 'complete') reservation.complete({ policy: POLICY, salesStatus: OPEN_SALES, at });
            else reservation.cancel({ by: 'admin', refund: what.refund, reason: null, salesStatus: OPEN_SALES, at });
          } catch (refusal) {
            expect(refusal).toBeInstanceOf(Error);
          }
        }
        const recorded = reservation.takeEvents();
        expect(recorded.map(({ sequence }) => sequence)).toEqual(recorded.map((_, i) => i + 1));
        const decided = recorded
          .filter(({ event }) => /confirmed|too-late|surplus/.test(event.type))
          .map(({ event }) => (event.data as { paymentId: string }).paymentId);
        expect(decided.sort()).toEqual(payments.sort());
      }),
      { numRuns: 300 },
    );
  });
});
