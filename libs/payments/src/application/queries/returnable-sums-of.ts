import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReturnableSumsOf } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { returnableSumOf } from '../../domain/owed-refunds.js';
import { type AccountRow, ACCOUNTS, moneyOf } from './parts/payment-account-rows.js';

/** By the sums of the aggregate, and in one statement: a reservation whose refund stays below what it owes is asked for at each read. */
@QueryHandler(ReturnableSumsOf)
export class ReturnableSumsOfHandler implements IQueryHandler<ReturnableSumsOf> {
  constructor(private readonly database: Database) {}

  async execute({ owed }: ReturnableSumsOf): Promise<{ paymentId: string; amount: number }[]> {
    const ids = owed.map(({ paymentId }) => paymentId);
    const rows = await this.database.byKeys<AccountRow>(`${ACCOUNTS} WHERE p.id = ANY ($1::uuid[])`, ids, 'id');
    const payments = new Map(rows.map((row) => [row.id, moneyOf(row)]));
    return owed.flatMap(({ paymentId, ...owing }) => {
      const money = payments.get(paymentId);
      return money === undefined ? [] : [{ paymentId, amount: returnableSumOf(money, owing) }];
    });
  }
}
