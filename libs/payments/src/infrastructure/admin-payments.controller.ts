import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequiresRight } from '@app/platform/http/access.js';
import { Problems } from '@app/platform/http/problems.js';
import { AdminPaymentsResponse } from '../application/queries/payment.view.js';
import { PaymentsForAdmin } from '../application/queries/payments-for-admin.js';
import { AdminPaymentsRequest } from './payments.dto.js';

@ApiTags('admin')
@RequiresRight('payments.read')
@Controller('admin')
export class AdminPaymentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('payments')
  @ApiOperation({ operationId: 'listPayments', summary: 'Search payments by reservation, status or intent' })
  @Problems(401)
  async listPayments(@Query() filter: AdminPaymentsRequest): Promise<AdminPaymentsResponse> {
    return this.queries.execute(new PaymentsForAdmin(filter));
  }
}
