import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import type { RetentionRule, RetentionRules } from '@app/platform/operations/retention/retention.js';
import { RetentionSchedule } from '@app/platform/operations/retention/retention-schedule.js';
import { ClsService } from 'nestjs-cls';
import { Mails } from '../domain/mails.js';
import { NotificationsSettings } from '../notifications.settings.js';

/** Few enough that no request waits for them. */
const BATCH_ROWS = 1_000;

/** Mails that ended long ago. One that waits is never deleted. */
@Injectable()
export class MailRetention implements RetentionRules {
  readonly rules: readonly RetentionRule[];

  constructor(mails: Mails, clock: Clock, settings: NotificationsSettings) {
    const requestedBefore = (): Date => addMs(clock.now(), -settings.mailsKeptDays * DAY_MS);
    const deleteBatch = (): Promise<number> => mails.delete({ requestedBefore: requestedBefore(), limit: BATCH_ROWS });
    this.rules = [{ deletedRows: 'notifications.mails', batchRows: BATCH_ROWS, deleteBatch }];
  }
}

@Injectable()
export class MailRetentionSchedule extends RetentionSchedule {
  constructor(
    cls: ClsService,
    settings: NotificationsSettings,
    protected readonly retention: MailRetention,
  ) {
    super(cls, settings.ticks.deleteOldMailsMs);
  }
}
