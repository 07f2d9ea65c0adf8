import { Conflict, NotFound } from '@app/kernel/domain-error.js';

export class MailNotFound extends NotFound {
  constructor() {
    super('notifications.mail-not-found', 'There is no such mail.');
  }
}

export class MailNotRetryable extends Conflict {
  constructor(status: string) {
    super('notifications.mail-not-retryable', 'Only a mail that bounced or was given up can be retried.', { status });
  }
}
