import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { RefundStatus } from '@app/contracts/payments.js';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import { WAITS_FOR_PERSON } from './parts/money-gone.js';
import { AdminRefundView, REFUNDS_FOR_ADMIN, type AdminRefundRow, type AdminRefundsResponse } from './admin-refund.view.js';

interface RefundFilter {
  /** Any of these. */
  readonly status?: readonly RefundStatus[] | undefined;
  readonly paymentId?: readonly string[] | undefined;
  /** Whether the staff paid it out in another way. */
  readonly paidOut?: boolean | undefined;
  /** Whether a person must retry it or pay it out. */
  readonly waiting?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Every refund, newest first. Throws `InvalidCursor`. */
export class RefundsForAdmin extends Query<AdminRefundsResponse> {
  constructor(readonly filter: RefundFilter) {
    super();
  }
}

@QueryHandler(RefundsForAdmin)
export class RefundsForAdminHandler implements IQueryHandler<RefundsForAdmin> {
  constructor(private readonly database: Database) {}

  execute({ filter: { status, paymentId, paidOut, waiting, limit, cursor } }: RefundsForAdmin): Promise<AdminRefundsResponse> {
    return keyset<AdminRefundRow, AdminRefundView>(this.database, {
      select: REFUNDS_FOR_ADMIN,
      // Without parameters, so that the index of those that were paid out is used.
      filters: [
        ...(paidOut === undefined ? [] : ([[`r.paid_out_at IS ${paidOut ? 'NOT ' : ''}NULL`]] as const)),
        ...(waiting === undefined ? [] : ([[`${waiting ? '' : 'NOT '}(${WAITS_FOR_PERSON})`]] as const)),
      ],
      anyOf: [
        ['r.payment_id', paymentId],
        ['r.status', status],
      ],
      sort: [{ column: 'r.id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: (row) => AdminRefundView.of(row),
    });
  }
}
