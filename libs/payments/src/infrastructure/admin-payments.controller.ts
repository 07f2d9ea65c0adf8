import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '@app/platform/http/access.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { RetryRefund } from '../application/commands/retry-refund.js';
import { AdminPaymentsResponse, AdminRefundView } from '../application/queries/payment.view.js';
import { PaymentsForAdmin } from '../application/queries/payments-for-admin.js';
import { NothingLeftToRefund, RefundNotFailed, RefundNotFound } from '../domain/errors.js';
import { AdminPaymentsRequest } from './payments.dto.js';

@ApiTags('admin')
@AdminOnly()
@Controller('admin')
export class AdminPaymentsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get('payments')
  @ApiOperation({ operationId: 'findPayments', summary: 'Search payments by reservation, status or intent' })
  @Problems(401, 403)
  async findPayments(@Query() filter: AdminPaymentsRequest): Promise<AdminPaymentsResponse> {
    return this.queries.execute(new PaymentsForAdmin(filter));
  }

  @Post('refunds/:id/retry')
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryRefund', summary: 'Let Stripe try a failed refund again' })
  @Problems(401, 403, new RefundNotFound(), new RefundNotFailed('succeeded'), new NothingLeftToRefund())
  async retryRefund(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<AdminRefundView> {
    return (await this.commands.execute(new RetryRefund(adminId, id))).refund;
  }
}
