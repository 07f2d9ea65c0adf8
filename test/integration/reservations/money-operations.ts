/** What else happens to the money of a reservation, for the random operations: goodwill, refunds in the dashboard, disputes, check-ins. */
import type { Customer, HttpResponse, Json } from '../../support/http-client.js';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { buyTicket } from '../../support/payments.js';

export interface PaidIntent {
  readonly paymentId: string;
  readonly intent: string;
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;

export class MoneyOperations {
  constructor(
    private readonly system: InProcessSystem,
    private readonly send: (request: () => Promise<HttpResponse>) => Promise<HttpResponse>,
  ) {}

  async giveGoodwill({ paymentId }: PaidIntent): Promise<void> {
    const token = await this.system.adminToken();
    const body = { amount: pick([100, 600, undefined]), reason: 'The heating was off.' };
    await this.send(() => this.system.post(`/admin/payments/${paymentId}/refunds`, body, { token }));
  }

  /** Stripe refuses it where nothing is left, or while the charge is disputed. */
  async refundAtStripe({ intent }: PaidIntent): Promise<void> {
    await this.system.stripe.refunds.create({ payment_intent: intent, amount: pick([100, 700]) }).catch(() => undefined);
  }

  /** Of all or a part, won or lost. `meanwhile` happens before it is decided. */
  async dispute({ intent }: PaidIntent, meanwhile: () => Promise<unknown>, outcome = pick(['won', 'lost'])): Promise<void> {
    const dispute = await this.control('/disputes', { payment_intent: intent, ...pick([{}, { amount: 400 }]) });
    await meanwhile();
    if (dispute !== null) await this.control(`/disputes/${dispute.id}/close`, { outcome });
  }

  /** One of each with a confirmed ticket: chance alone may find none, because the others ask while the webhook is still on its way. */
  async eachOnce(buyers: readonly Customer[], showtimeId: string): Promise<void> {
    const kinds: ((paid: PaidIntent) => Promise<void>)[] = [
      (paid) => this.giveGoodwill(paid),
      (paid) => this.refundAtStripe(paid),
      (paid) => this.dispute(paid, () => Promise.resolve(), 'won'),
      (paid) => this.dispute(paid, () => Promise.resolve(), 'lost'),
    ];
    await Promise.all(
      kinds.map(async (operation, i) => {
        const ticket = await buyTicket(this.system, buyers[i]!, showtimeId, [`B${i + 1}`]);
        const [payment] = await this.system.sql<{ id: string; intent: string }>(
          'SELECT id, intent_id AS intent FROM payments.payments WHERE reservation_id = $1',
          [ticket.id],
        );
        await operation({ paymentId: payment!.id, intent: payment!.intent });
      }),
    );
  }

  /** Half of the tickets are cancelled while nothing else happens. Returns what was quoted and what was answered. */
  async cancelAsQuoted(customers: readonly Customer[]): Promise<{ quoted: number; answered: number }[]> {
    const rows = await this.system.sql<{ id: string; customerId: string }>(
      `SELECT id, customer_id AS "customerId" FROM reservations.reservations WHERE status = 'confirmed' AND admitted_at IS NULL ORDER BY random()
       LIMIT (SELECT count(*) / 2 FROM reservations.reservations WHERE status = 'confirmed' AND admitted_at IS NULL)`,
    );
    const answers: { quoted: number; answered: number }[] = [];
    for (const { id, customerId } of rows) {
      const token = customers.find((customer) => customer.id === customerId)?.token;
      if (token === undefined) continue;
      const path = `/reservations/${id}`;
      const before = await this.system.expectOk('GET', path, { token });
      const { refund, kept } = await this.system.expectOk('GET', `${path}/cancellation`, { token });
      const after = await this.system.expectOk('DELETE', `${path}?keptAtMost=${kept.amount}`, { token });
      answers.push({ quoted: refund.amount, answered: owedOf(after) - owedOf(before) });
    }
    return answers;
  }

  /** Lets some customers in. */
  async checkIn(showtimeId: string, limit: number): Promise<number> {
    const token = await this.system.adminToken();
    const rows = await this.system.sql<{ code: string }>(
      `SELECT code FROM reservations.reservations WHERE showtime_id = $1 AND status = 'confirmed' LIMIT $2`,
      [showtimeId, limit],
    );
    for (const { code } of rows) await this.system.expectOk('POST', '/admin/check-ins', { token, body: { code } });
    return rows.length;
  }

  /** Null where Stripe refuses it. */
  private async control(path: string, body: object): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.system.sandboxUrl}/sandbox${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.ok ? ((await response.json()) as Json) : null;
  }
}

/** What a reservation owes of its own payment, as it is shown. */
function owedOf({ refund }: Json): number {
  const isOwed =
    refund !== null && ['reservation-cancelled', 'seats-changed', 'showtime-cancelled', 'showtime-moved'].includes(refund.reason);
  return isOwed ? refund.amount.amount : 0;
}
