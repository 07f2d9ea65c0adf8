import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { RefundNotFound } from '../../domain/errors.js';
import { type AdminRefundRow, AdminRefundView, REFUNDS_FOR_ADMIN } from './admin-refund.view.js';

/** Throws `RefundNotFound`. */
export class RefundForAdmin extends Query<AdminRefundView> {
  constructor(readonly refundId: string) {
    super();
  }
}

@QueryHandler(RefundForAdmin)
export class RefundForAdminHandler implements IQueryHandler<RefundForAdmin> {
  constructor(private readonly database: Database) {}

  async execute({ refundId }: RefundForAdmin): Promise<AdminRefundView> {
    const [row] = await this.database.query<AdminRefundRow>(`${REFUNDS_FOR_ADMIN} WHERE r.id = $1`, [refundId]);
    if (row === undefined) throw new RefundNotFound();
    return AdminRefundView.of(row);
  }
}
