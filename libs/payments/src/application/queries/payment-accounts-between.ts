import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { PaymentAccountsBetween, type PaymentAccountView } from '@app/contracts/payment-accounts.js';
import { Database } from '@app/platform/persistence/database.js';
import { accountOf, type AccountRow, ACCOUNTS } from './parts/payment-account-rows.js';

@QueryHandler(PaymentAccountsBetween)
export class PaymentAccountsBetweenHandler implements IQueryHandler<PaymentAccountsBetween> {
  constructor(private readonly database: Database) {}

  async execute({ after, until, limit }: PaymentAccountsBetween): Promise<PaymentAccountView[]> {
    const rows = await this.database.query<AccountRow>(
      `${ACCOUNTS} WHERE (p.created_at, p.id) > ($1::timestamptz, $2::uuid) AND p.created_at < $3 ORDER BY p.created_at, p.id LIMIT $4`,
      [after.createdAt, after.paymentId, until, limit],
    );
    return rows.map(accountOf);
  }
}
