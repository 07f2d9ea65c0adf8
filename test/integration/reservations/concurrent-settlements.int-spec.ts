import { QueryBus } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Environment } from '@app/platform/config/environment.js';
import { ExpireHolds } from '../../../libs/reservations/src/application/commands/expire-holds.js';
import { SettleOutstandingPayments } from '../../../libs/reservations/src/application/jobs/settle-outstanding-payments.js';
import { SettlementService } from '../../../libs/reservations/src/application/settlement-service.js';
import { SettlementWatermark } from '../../../libs/reservations/src/domain/settlement-watermark.js';
import { ReservationsSettings } from '../../../libs/reservations/src/reservations.settings.js';
import type { Json } from '../../support/http-client.js';
import { SettledPaymentsOfHandler } from '../../../libs/payments/src/application/queries/settled-payments-of.js';
import { brokenInvariants } from '../../support/invariants.js';
import { ConcurrencyFixture, type PaidHold } from './concurrency-fixture.js';

describe('One payment that is settled from all sides at the same time', () => {
  let fixture: ConcurrencyFixture;
  beforeAll(async () => (fixture = await ConcurrencyFixture.start()), 60_000);
  afterAll(() => fixture?.close());
  beforeEach(() => fixture.createShowtime());

  /** The search as a worker runs it, for payments of any age. */
  function searchOfWorker(): SettleOutstandingPayments {
    const of = <T>(token: abstract new (...parts: never[]) => T): T => fixture.system.api.get<T>(token, { strict: false });
    const settings = { ...new ReservationsSettings(new Environment({})), settleAfterMs: 0 };
    return new SettleOutstandingPayments(of(SettlementWatermark), of(SettlementService), of(QueryBus), of(Clock), settings);
  }

  /** The reaction, the expiry and the search for outstanding payments, five of each. */
  async function settleFromAllSides(hold: PaidHold): Promise<void> {
    const search = searchOfWorker();
    const now = new Date(Date.parse(hold.heldUntil) + 1);
    const expire = async (): Promise<unknown> => {
      await fixture.execute(new ExpireHolds());
      return fixture.reservations.dueHolds({ now, limit: 1 });
    };
    const once = () => [fixture.settle(hold), expire(), search.run()];
    await Promise.all([0, 1, 2, 3, 4].flatMap(once));
  }

  const outcomes = (hold: PaidHold): Promise<Json[]> =>
    fixture.system.sql(`SELECT outcome FROM reservations.payment_outcomes WHERE payment_id = $1`, [hold.payment.paymentId]);

  it('a payment settled from all sides has one outcome while the hold lasts', async () => {
    const hold = await fixture.paidHold('A1');
    await settleFromAllSides(hold);
    expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await fixture.assertInvariants();
  });

  it('a payment settled from all sides has one outcome after the hold too', async () => {
    const hold = await fixture.paidHold('A1');
    await fixture.system.advanceClock({ minutes: 31 });
    await settleFromAllSides(hold);
    expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await fixture.assertInvariants();
  });

  it('a settlement and the reconcile of an admin at the same moment both succeed', async () => {
    const hold = await fixture.paidHold('A1');
    const handler = fixture.system.api.get(SettledPaymentsOfHandler, { strict: false });
    const ask = handler.execute.bind(handler);
    const [reached, proceed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // The reconcile has the reservation's lock when it asks.
    handler.execute = async (query) => {
      reached.resolve();
      await proceed.promise;
      return ask(query);
    };
    try {
      const token = await fixture.system.adminToken();
      const reconciled = fixture.system.call('POST', `/admin/reservations/${hold.id}/reconcile`, { token });
      await reached.promise;
      const settled = Promise.allSettled([fixture.settle(hold)]);
      await fixture.barrier.waitForBlocked(1);
      proceed.resolve();
      expect([(await reconciled).status, (await settled)[0].status]).toEqual([200, 'fulfilled']);
    } finally {
      handler.execute = ask;
    }
    expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
    await fixture.assertInvariants();
  });

  describe('of which a clerk gave a part back before its message came', () => {
    async function paidHoldWithGoodwill(): Promise<{ hold: PaidHold; token: string }> {
      const hold = await fixture.paidHold('A1');
      const token = await fixture.system.adminToken();
      const body = { amount: 100, reason: 'The popcorn was cold.' };
      await fixture.system.expectOk('POST', `/admin/payments/${hold.payment.paymentId}/refunds`, { token, body });
      return { hold, token };
    }

    it('a hold past its time is confirmed by its payment, and does not expire', async () => {
      const { hold } = await paidHoldWithGoodwill();
      await fixture.system.advanceClock({ minutes: 31 });
      await fixture.execute(new ExpireHolds());
      expect(await fixture.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
      await fixture.assertInvariants();
    });

    it('the reconcile of an admin settles it', async () => {
      const { hold, token } = await paidHoldWithGoodwill();
      const body = await fixture.system.expectOk('POST', `/admin/reservations/${hold.id}/reconcile`, { token });
      expect(body['status']).toBe('confirmed');
      expect(await outcomes(hold)).toEqual([{ outcome: 'confirmed' }]);
    });
  });

  it('without the primary key of the outcomes, a payment is surplus to itself', async () => {
    await fixture.system.sql(`ALTER TABLE reservations.payment_outcomes DROP CONSTRAINT payment_outcomes_pkey`);
    const hold = await fixture.paidHold('A1');
    // Both have read before either commits.
    await fixture.barrier.runInOrder(
      () => fixture.settle(hold),
      () => fixture.settle(hold),
    );
    expect(await fixture.eventsOf(hold)).toContain('surplus-payment-received');
    const breaches = await brokenInvariants(fixture.system);
    expect(breaches.filter((breach) => breach.startsWith(`E4 payment ${hold.payment.paymentId}`))).toHaveLength(1);
  });
});
