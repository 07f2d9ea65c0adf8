import { definitionOf } from '@app/platform/jobs/job.js';
import { NotificationsHarness } from '../testing/notifications-harness.js';
import { SendMail } from './jobs/send-mail.js';
import { SendUrgentMail } from './jobs/send-urgent-mail.js';
import { MailRequests, mailAboutReservation } from './mail-requests.js';

describe('MailRequests', () => {
  it('a mail that a person waits for is not behind the mails of a bulk cancellation', async () => {
    const harness = new NotificationsHarness();
    const requests = harness.bus.get(MailRequests);
    const cancelled = Array.from({ length: 500 }, (_, n) =>
      mailAboutReservation('reservation-cancelled', { reservationId: `r${n}`, customerId: 'u1' }),
    );
    await requests.request(...cancelled);
    harness.clock.advance(1_000);
    const account = { userId: 'u1', reservationId: null, facts: {} };
    await requests.request(
      { kind: 'password-reset', factId: 'q1', ...account },
      { kind: 'email-verification', factId: 'q2', ...account },
      mailAboutReservation('reservation-confirmed', { reservationId: 'r900', customerId: 'u1' }),
      mailAboutReservation('hold-ending', { reservationId: 'r901', customerId: 'u1' }),
    );
    const [urgent, other] = [definitionOf(SendUrgentMail)!, definitionOf(SendMail)!];
    expect(urgent.lane.name).not.toBe(other.lane.name);
    const claimed = await harness.jobs.claim({ kinds: [urgent.kind], limit: 10, leaseMs: 60_000 });
    expect(claimed).toHaveLength(4);
    for (const { subject } of claimed) await harness.bus.get(SendUrgentMail).run(subject);
    expect(harness.mailer.sent.map(({ messageId }) => messageId)).toContain('password-reset.q1');
    expect(await harness.jobs.claim({ kinds: [other.kind], limit: 1_000, leaseMs: 60_000 })).toHaveLength(500);
  });
});
