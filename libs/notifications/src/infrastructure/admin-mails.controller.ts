import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { RetryMail } from '../application/commands/retry-mail.js';
import { MailForAdmin } from '../application/queries/mail-for-admin.js';
import { MailsResponse, MailView } from '../application/queries/mail.view.js';
import { MailsForAdmin } from '../application/queries/mails-for-admin.js';
import { MailNotFound, MailNotRetryable } from '../domain/errors.js';
import { MailsRequest } from './mails.dto.js';
import { MAIL_RETRY_PER_ADMIN } from './rate-limits.js';

@ApiTags('admin')
@RequiresRight('mails.manage')
@Controller('admin/mails')
export class AdminMailsController {
  constructor(
    private readonly commands: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listMails',
    summary: 'Mails, newest first, by status, user or reservation',
    description: 'Shows what became of every mail: which the mail server took, which it refused and why. The texts of mails are not kept.',
  })
  async listMails(@Query() filter: MailsRequest): Promise<MailsResponse> {
    return this.queries.execute(new MailsForAdmin(filter));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getMail', summary: 'One mail', description: 'Shows what became of one mail. Its text is not kept.' })
  @Problems(new MailNotFound())
  async getMail(@Param('id', UuidPipe) id: string): Promise<MailView> {
    return this.queries.execute(new MailForAdmin(id));
  }

  @Post(':id/retry')
  @RateLimited(MAIL_RETRY_PER_ADMIN)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'retryMail',
    summary: 'Send a mail again that bounced or was given up',
    description: 'The mail is written anew and sent to the address that the user has now.',
  })
  @AnswerExample({ status: 'waiting', address: null, answer: null, endedAt: null })
  @Problems(new MailNotFound(), new MailNotRetryable('sent'))
  async retryMail(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<MailView> {
    await this.commands.execute(new RetryMail(adminId, id));
    return this.queries.execute(new MailForAdmin(id));
  }
}
