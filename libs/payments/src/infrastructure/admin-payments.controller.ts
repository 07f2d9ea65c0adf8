import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ReconcilePaymentAsAdmin } from '../application/commands/reconcile-payment-as-admin.js';
import { AdminPaymentsResponse, AdminPaymentView } from '../application/queries/admin-payment.view.js';
import { PaymentForAdmin } from '../application/queries/payment-for-admin.js';
import { PaymentsForAdmin } from '../application/queries/payments-for-admin.js';
import { PaymentNotFound } from '../domain/errors.js';
import { AdminPaymentsRequest } from './payments.dto.js';
import { REFUND_PER_ADMIN } from './rate-limits.js';

@ApiTags('admin')
@RequiresRight('payments.read')
@Controller('admin')
export class AdminPaymentsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get('payments')
  @ApiOperation({ operationId: 'listPayments', summary: 'Search payments by reservation, status or intent' })
  async listPayments(@Query() filter: AdminPaymentsRequest): Promise<AdminPaymentsResponse> {
    return this.queries.execute(new PaymentsForAdmin(filter));
  }

  @Get('payments/:id')
  @ApiOperation({ operationId: 'getPayment', summary: 'One payment' })
  @Problems(new PaymentNotFound())
  async getPayment(@Param('id', UuidPipe) id: string): Promise<AdminPaymentView> {
    return this.queries.execute(new PaymentForAdmin(id));
  }

  @RequiresRight('payments.manage')
  @Post('payments/:id/reconcile')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'reconcilePayment',
    summary: 'Put one payment right: what is owed and what Stripe knows',
    description:
      'Refunds that are owed and were not requested are requested, refunds that Stripe was not asked for are sent again, and Stripe is asked for the intent and its refunds. The answer is the payment before Stripe has answered. Harmless when repeated.',
  })
  @Problems(new PaymentNotFound())
  async reconcilePayment(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<AdminPaymentView> {
    return this.commands.execute(new ReconcilePaymentAsAdmin(adminId, id));
  }
}
