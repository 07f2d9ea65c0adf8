import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PaymentAccountsOf, type PaymentAccountView } from '@app/contracts/payment-accounts.js';
import { Database } from '@app/platform/persistence/database.js';
import { accountOf, type AccountRow, ACCOUNTS } from './parts/payment-account-rows.js';

@QueryHandler(PaymentAccountsOf)
export class PaymentAccountsOfHandler implements IQueryHandler<PaymentAccountsOf> {
  constructor(private readonly database: Database) {}

  async execute({ paymentIds }: PaymentAccountsOf): Promise<PaymentAccountView[]> {
    if (paymentIds.length === 0) return [];
    return (await this.database.query<AccountRow>(`${ACCOUNTS} WHERE p.id = ANY ($1)`, [paymentIds])).map(accountOf);
  }
}
