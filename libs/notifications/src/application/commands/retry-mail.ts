import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { MailNotFound, MailNotRetryable } from '../../domain/errors.js';
import type { MailStatus } from '../../domain/mail.js';
import { Mails } from '../../domain/mails.js';

/** An admin has a mail sent again that bounced or was given up. Throws `MailNotFound`, `MailNotRetryable`. */
export class RetryMail extends Command<MailStatus> implements AdminCommand<MailStatus> {
  constructor(
    readonly adminId: string,
    readonly mailId: string,
  ) {
    super();
  }

  auditEntry(before: MailStatus) {
    return { action: 'notifications.retry-mail', subject: this.mailId, details: { before } };
  }
}

@CommandHandler(RetryMail)
export class RetryMailHandler implements ICommandHandler<RetryMail> {
  constructor(
    private readonly mails: Mails,
    private readonly jobs: Jobs,
    private readonly transactions: Transactions,
  ) {}

  /** Returns the status before. */
  async execute({ mailId }: RetryMail): Promise<MailStatus> {
    return this.transactions.run(async () => {
      const before = await this.mails.retry(mailId);
      if (before === null) throw new MailNotFound();
      if (before !== 'bounced' && before !== 'given-up') throw new MailNotRetryable(before);
      await this.jobs.enqueue([{ kind: 'notifications.send-mail', subject: mailId }]);
      return before;
    });
  }
}
