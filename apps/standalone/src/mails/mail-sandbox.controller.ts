/** Routes that show the mails of a system that is only tried out. They need no token and exist only in the standalone process. */
import { type DynamicModule, Controller, Get, Module, Param, ParseIntPipe, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { NotFound } from '@app/kernel/domain-error.js';
import { Public } from '@app/platform/http/access/route-access.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { MailCatcher } from './mail-catcher.js';
import { CaughtMailsRequest } from './mail-sandbox.dto.js';
import { CaughtMailsResponse, CaughtMailView } from './mail-sandbox.view.js';

class MailNotFound extends NotFound {
  constructor() {
    super('sandbox.mail-not-found', 'There is no such mail, or it was dropped for newer ones.');
  }
}

@ApiTags('sandbox')
@Public()
@Controller('sandbox/mails')
class MailSandboxController {
  constructor(private readonly catcher: MailCatcher) {}

  @Get()
  @ApiOperation({
    operationId: 'listCaughtMails',
    summary: 'The mails that were sent, newest first',
    description: 'The system that is only tried out delivers no mail: it keeps the newest 200 in memory.',
  })
  list(@Query() { to }: CaughtMailsRequest): CaughtMailsResponse {
    return { data: this.catcher.list({ to }) };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getCaughtMail', summary: 'One mail that was sent', description: 'With its text, HTML and files.' })
  @Problems(new MailNotFound())
  get(@Param('id', ParseIntPipe) id: number): CaughtMailView {
    const mail = this.catcher.find(id);
    if (mail === null) throw new MailNotFound();
    return mail;
  }
}

@Module({})
export class MailSandboxModule {
  static for(catcher: MailCatcher): DynamicModule {
    return { module: MailSandboxModule, providers: [{ provide: MailCatcher, useValue: catcher }], controllers: [MailSandboxController] };
  }
}
