import { Injectable } from '@nestjs/common';
import type { CancelledBy } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import type { MailFacts, MailKind, MailRequest } from '../domain/mail.js';
import { Mails } from '../domain/mails.js';
import { NotificationsSettings } from '../notifications.settings.js';

/** A person waits for them, or they are of use for minutes only. */
const URGENT: ReadonlySet<MailKind> = new Set(['email-verification', 'password-reset', 'reservation-confirmed', 'hold-ending']);

/** Requests mails: the row of the mail and the job that sends it, in one transaction. */
@Injectable()
export class MailRequests {
  constructor(
    private readonly mails: Mails,
    private readonly jobs: Jobs,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly settings: NotificationsSettings,
  ) {}

  /** A fact whose mail was requested before changes nothing. Where mails are switched off, none is requested. */
  async request(...requests: readonly MailRequest[]): Promise<void> {
    if (this.settings.smtpUrl === null || requests.length === 0) return;
    await this.transactions.run(async () => {
      await this.add(
        'notifications.send-urgent-mail',
        requests.filter(({ kind }) => URGENT.has(kind)),
      );
      await this.add(
        'notifications.send-mail',
        requests.filter(({ kind }) => !URGENT.has(kind)),
      );
    });
  }

  private async add(job: string, requests: readonly MailRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const added = await this.mails.add(requests, this.clock.now());
    await this.jobs.enqueue(added.map((subject) => ({ kind: job, subject })));
  }
}

/**
 * False for a customer who gives back a hold that nobody paid: the answer of the call said it, there is no ticket and no money. A mail for each would
 * let anybody fill the inbox of an address that is not theirs: seats are held and given back many times a minute.
 */
export function cancellationHasMail({ by, paymentId }: { readonly by: CancelledBy; readonly paymentId: string | null }): boolean {
  return by !== 'customer' || paymentId !== null;
}

/** The mail about one change of a reservation that happens once. */
export function mailAboutReservation(
  kind: MailRequest['kind'],
  { reservationId, customerId }: { reservationId: string; customerId: string },
  facts: MailFacts = {},
): MailRequest {
  return { kind, factId: reservationId, reservationId, userId: customerId, facts };
}
