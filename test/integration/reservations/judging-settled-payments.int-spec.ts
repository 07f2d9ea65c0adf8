import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Logger } from '@nestjs/common';
import type { PaymentsSettledBetween, SettledPaymentView } from '@app/contracts/payments.js';
import { FixedClock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import type { JudgePayment } from '../../../libs/reservations/src/application/commands/judge-payment.js';
import {
  JudgeSettledPayments,
  JudgeSettledPaymentsHandler,
} from '../../../libs/reservations/src/application/commands/judge-settled-payments.js';
import { PostgresJudging } from '../../../libs/reservations/src/infrastructure/postgres-judging.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const MINUTE = 60_000;

describe('Looking for settled payments nobody has judged', () => {
  let fresh: FreshDatabase;
  let platform: Platform;
  let clock: FixedClock;
  let settled: SettledPaymentView[];
  let asked: PaymentsSettledBetween[];
  let judged: string[];
  let unjudgeable: Set<string>;
  let pagesUntilAway: number;
  let handler: JudgeSettledPaymentsHandler;

  beforeAll(async () => {
    fresh = await freshDatabase();
    platform = await startPlatform(fresh.url);
    Logger.overrideLogger(false);
  }, 60_000);
  afterAll(async () => {
    await platform?.app.close();
    await fresh?.drop();
  });
  beforeEach(async () => {
    await platform.database.query(`TRUNCATE reservations.payment_outcomes`);
    await platform.database.query(`UPDATE reservations.judging SET judged_until = 'epoch'`);
    clock = new FixedClock();
    pagesUntilAway = Infinity;
    [settled, asked, judged, unjudgeable] = [[], [], [], new Set()];
    const queries = { execute: (query: PaymentsSettledBetween) => Promise.resolve().then(() => page(query)) } as unknown as QueryBus;
    const commands = { execute: ({ payment }: JudgePayment) => judge(payment.paymentId) } as unknown as CommandBus;
    handler = new JudgeSettledPaymentsHandler(new PostgresJudging(platform.database), queries, commands, clock);
  });

  /** Payments, as its contract promises. */
  function page(query: PaymentsSettledBetween): SettledPaymentView[] {
    if (pagesUntilAway-- <= 0) throw new Error('away');
    asked.push(query);
    const key = ({ settledAt, paymentId }: { settledAt: string; paymentId: string }): string => `${settledAt} ${paymentId}`;
    return settled
      .filter((payment) => key(payment) > key(query.after) && payment.settledAt <= query.until)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .slice(0, query.limit);
  }

  async function judge(paymentId: string): Promise<void> {
    if (unjudgeable.has(paymentId)) throw new Error('no');
    judged.push(paymentId);
    await platform.database.query(`INSERT INTO reservations.payment_outcomes VALUES ($1, $2, 'confirmed', now())`, [paymentId, newId()]);
  }

  function settle(count = 1, at = clock.now()): string[] {
    const payments = Array.from({ length: count }, () => ({
      paymentId: newId(),
      reservationId: newId(),
      amount: { amount: 1_250, currency: 'EUR' },
      settledAt: at.toISOString(),
    }));
    settled.push(...payments);
    return payments.map(({ paymentId }) => paymentId);
  }

  const look = (): Promise<number> => handler.execute(new JudgeSettledPayments(MINUTE));

  it('gives the ordinary road a minute', async () => {
    const [paymentId] = settle();
    clock.advance(MINUTE - 1);
    expect(await look()).toBe(0);
    clock.advance(1);
    expect(await look()).toBe(1);
    expect(judged).toEqual([paymentId]);
  });

  it('judges nothing twice', async () => {
    settle(3);
    clock.advance(MINUTE);
    expect([await look(), await look()]).toEqual([3, 0]);
    expect(judged).toHaveLength(3);
  });

  it('goes through page after page, also where many settled at the same instant', async () => {
    const all = [...settle(350), ...settle(100, new Date(clock.now().getTime() + 1))];
    clock.advance(2 * MINUTE);
    expect(await look()).toBe(450);
    expect(judged.sort()).toEqual(all.sort());
    expect(asked).toHaveLength(3);
  });

  it('begins again ten minutes before the newest it has seen: what committed late is found', async () => {
    settle(1, new Date(clock.now().getTime() + 20 * MINUTE));
    clock.advance(30 * MINUTE);
    await look();
    const [late] = settle(1, new Date(clock.now().getTime() - 19 * MINUTE));
    const [tooLate] = settle(1, new Date(clock.now().getTime() - 21 * MINUTE));
    await look();
    expect(judged).toContain(late);
    expect(judged).not.toContain(tooLate);
  });

  it('remembers where it was, page by page, when it breaks off', async () => {
    settle(200);
    const next = settle(1, new Date(clock.now().getTime() + 15 * MINUTE));
    clock.advance(20 * MINUTE);
    const now = clock.now();
    pagesUntilAway = 1;
    await expect(look()).rejects.toThrow('away');
    expect(judged).toHaveLength(200);
    pagesUntilAway = Infinity;
    asked.length = 0;
    expect(await look()).toBe(1);
    expect(judged.at(-1)).toBe(next[0]);
    expect(asked[0]!.after.settledAt).toBe(new Date(now.getTime() - 30 * MINUTE).toISOString());
  });

  it('is not held up by one that cannot be judged, and tries it again', async () => {
    const [bad, good] = settle(2) as [string, string];
    unjudgeable.add(bad);
    clock.advance(MINUTE);
    expect(await look()).toBe(1);
    expect(judged).toEqual([good]);
    unjudgeable.clear();
    expect(await look()).toBe(1);
    expect(judged).toEqual([good, bad]);
  });

  it('never loses sight of one that cannot be judged, whatever is judged meanwhile', async () => {
    const [bad] = settle() as [string];
    unjudgeable.add(bad);
    for (let hour = 0; hour < 3; hour++) {
      clock.advance(60 * MINUTE);
      settle();
      clock.advance(MINUTE);
      expect(await look()).toBe(1);
    }
    unjudgeable.clear();
    expect(await look()).toBe(1);
    expect(judged.at(-1)).toBe(bad);
  });
});
