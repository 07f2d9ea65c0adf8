/** A reservation that is paid, and the mails about it. */
import { MailCatcher, type CaughtMail } from '../../../apps/standalone/src/mails/mail-catcher.js';
import type { Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

export interface MailSystem {
  readonly system: InProcessSystem;
  readonly catcher: MailCatcher;
}

export async function startMailSystem(env: Readonly<Record<string, string>> = {}): Promise<MailSystem> {
  const catcher = await MailCatcher.start();
  const system = await startInProcessSystem({ env: { SMTP_URL: catcher.url, ...env } });
  return { system, catcher };
}

/** Holds and pays. Returns once the reservation is confirmed. */
export async function buy(
  system: InProcessSystem,
  customer: Customer,
  { showtimeId }: Pick<ShowtimeFixture, 'showtimeId'>,
  seats: readonly string[],
  card = 'pm_card_visa',
) {
  const { body: held } = await system.hold(customer, showtimeId, seats);
  const { body: payment } = await system.startPayment(customer, held.id);
  await system.stripe.paymentIntents.confirm(payment.clientSecret.split('_secret')[0], { payment_method: card });
  await until(async () => (await system.reservation(customer, held.id)).status === 'confirmed', {
    what: 'the reservation to be confirmed',
  });
  return { id: held.id as string, code: held.code as string };
}

/** The mail to this address whose Message-ID starts so. */
export function mailTo(catcher: MailCatcher, to: string, kind: string): Promise<CaughtMail> {
  return until(() => catcher.list({ to }).find(({ messageId }) => messageId.startsWith(`<${kind}.`)), {
    what: `the mail ${kind} to ${to}`,
  });
}
