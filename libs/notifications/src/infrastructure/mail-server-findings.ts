/** Whether the mail server takes our login. No mail is sent. */
import { createTransport } from 'nodemailer';
import { type Finding, fault, ok, reasonOf, warning } from '@app/platform/operations/findings/finding.js';
import type { NotificationsSettings } from '../notifications.settings.js';

const PART = 'mail';

export async function mailServerFindings({ smtpUrl, smtpTimeoutMs: ms, publicUrl, from }: NotificationsSettings): Promise<Finding[]> {
  if (smtpUrl === null) return [warning(PART, 'No mails are sent: SMTP_URL is off or not set.', 'Set SMTP_URL and MAIL_FROM.')];
  const transport = createTransport({ url: smtpUrl, connectionTimeout: ms, greetingTimeout: ms, socketTimeout: ms, dnsTimeout: ms });
  try {
    await transport.verify();
  } catch (error) {
    return [
      fault(PART, `The mail server does not take us: ${reasonOf(error)}`, 'Compare SMTP_URL with its address, port, user and password.'),
    ];
  } finally {
    transport.close();
  }
  const taken = ok(PART, `The mail server at ${new URL(smtpUrl).host} takes us; mails come from ${from.address}.`);
  if (publicUrl !== null) return [taken];
  return [taken, warning(PART, 'Mails have no links.', 'Set PUBLIC_URL to the address of your shop.')];
}
