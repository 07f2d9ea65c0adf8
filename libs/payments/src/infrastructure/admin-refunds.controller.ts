import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { Created } from '@app/platform/http/created.js';
import { Idempotent } from '@app/platform/http/idempotent.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { ProblemMembers } from '@app/platform/http/problems/problem.view.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { MarkRefundPaidOut } from '../application/commands/mark-refund-paid-out.js';
import { RefundAsGoodwill } from '../application/commands/refund-as-goodwill.js';
import { RetryRefund } from '../application/commands/retry-refund.js';
import { RetryRefunds } from '../application/commands/retry-refunds.js';
import { AdminRefundsResponse, AdminRefundView, RetriedRefundsResponse } from '../application/queries/admin-refund.view.js';
import { RefundForAdmin } from '../application/queries/refund-for-admin.js';
import { RefundsForAdmin } from '../application/queries/refunds-for-admin.js';
import {
  NothingLeftToRefund,
  PaidOutAmountDiffers,
  PaymentNotFound,
  RefundAlreadyPaidOut,
  RefundAmountRefused,
  RefundExceedsRest,
  RefundNotFailed,
  RefundNotFound,
} from '../domain/errors.js';
import { AdminRefundsRequest, RefundPaidOutRequest, RefundPaymentRequest, RetryRefundsRequest } from './payments.dto.js';
import { PaymentProblemMembers } from './problem-members.view.js';
import { REFUND_PER_ADMIN } from './rate-limits.js';

/** Of examples. */
const PAID_OUT_AT = new Date('2026-11-23T09:00:00.000Z');

@ApiTags('admin')
@RequiresRight('payments.refund')
@Controller('admin')
export class AdminRefundsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @RequiresRight('payments.read')
  @Get('refunds')
  @ApiOperation({ operationId: 'listRefunds', summary: 'Refunds, newest first, by status or payment' })
  async listRefunds(@Query() filter: AdminRefundsRequest): Promise<AdminRefundsResponse> {
    return this.queries.execute(new RefundsForAdmin(filter));
  }

  @RequiresRight('payments.read')
  @Get('refunds/:id')
  @ApiOperation({ operationId: 'getRefund', summary: 'One refund' })
  @Problems(new RefundNotFound())
  async getRefund(@Param('id', UuidPipe) id: string): Promise<AdminRefundView> {
    return this.queries.execute(new RefundForAdmin(id));
  }

  @Post('payments/:id/refunds')
  @RateLimited(REFUND_PER_ADMIN)
  @Idempotent()
  @Created('/admin/refunds/:id')
  @ApiOperation({
    operationId: 'refundPayment',
    summary: 'Give any part of a payment back, in every status of its reservation',
    description: 'A repeat without the same `Idempotency-Key` gives the amount back once more, as far as anything is left.',
  })
  @AnswerExample({ reason: 'goodwill', note: 'The heating was off' })
  @Problems(
    new PaymentNotFound(),
    new NothingLeftToRefund(),
    new RefundExceedsRest({ amount: 1_250, currency: 'EUR' }),
    new RefundAmountRefused('ISK', 100),
  )
  async refundPayment(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() { amount, reason: note }: RefundPaymentRequest,
  ): Promise<AdminRefundView> {
    return this.commands.execute(new RefundAsGoodwill(adminId, id, { amount: amount ?? null, note }));
  }

  @Post('refunds/retry')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryRefunds', summary: 'Let Stripe try many failed refunds again' })
  async retryRefunds(@UserId() adminId: string, @Body() { refundIds, reason }: RetryRefundsRequest): Promise<RetriedRefundsResponse> {
    return this.commands.execute(new RetryRefunds(adminId, { refundIds, reason }));
  }

  @Post('refunds/:id/retry')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryRefund', summary: 'Let Stripe try a failed refund again' })
  @Problems(new RefundNotFound(), new RefundNotFailed('succeeded'), new RefundAlreadyPaidOut(PAID_OUT_AT), new NothingLeftToRefund())
  async retryRefund(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<AdminRefundView> {
    return (await this.commands.execute(new RetryRefund(adminId, id))).refund;
  }

  @Post('refunds/:id/paid-out')
  @RateLimited(REFUND_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'markRefundPaidOut',
    summary: 'Record that a failed refund is paid out in another way',
    description:
      'Such as a bank transfer, or cash. Record it first, then pay: nothing is paid by it, and what was recorded goes back in no other way. The refund stays `failed`, because that is what Stripe says; it counts as given back, waits for nobody, and is not tried again.',
  })
  @AnswerExample({
    status: 'failed',
    paidOutAt: PAID_OUT_AT.toISOString(),
    paidOutAmount: { amount: 1250, currency: 'EUR' },
    paidOutNote: 'Bank transfer of 3 March, reference 2026-0117',
  })
  @ProblemMembers(PaymentProblemMembers)
  @Problems(
    new RefundNotFound(),
    new RefundNotFailed('succeeded'),
    new RefundAlreadyPaidOut(PAID_OUT_AT),
    new NothingLeftToRefund(),
    new PaidOutAmountDiffers({ amount: 1250, currency: 'EUR' }),
  )
  async markRefundPaidOut(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Body() paidOut: RefundPaidOutRequest,
  ): Promise<AdminRefundView> {
    return (await this.commands.execute(new MarkRefundPaidOut(adminId, id, paidOut))).refund;
  }
}
