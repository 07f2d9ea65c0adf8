import { vi } from 'vitest';
import { PinoLogger } from 'nestjs-pino';
import { SmtpMailer } from '../../../libs/notifications/src/infrastructure/smtp-mailer.js';
import type { MailCatcher } from '../../../apps/standalone/src/mails/mail-catcher.js';
import type { Customer } from '../../support/http-client.js';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import { mailTo, startMailSystem } from './mails-fixture.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** All that pino writes of an error: its own fields too. */
const written = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { ...value, message: value.message, stack: value.stack, cause: value.cause } : value;

describe('What is logged and stored of mails', () => {
  let system: InProcessSystem;
  let catcher: MailCatcher;
  const lines: string[] = [];
  beforeAll(async () => {
    ({ system, catcher } = await startMailSystem({ PUBLIC_URL: 'https://cinema.example' }));
  }, 60_000);
  beforeEach(() => {
    lines.length = 0;
    for (const level of LEVELS)
      vi.spyOn(PinoLogger.root, level).mockImplementation((...line: unknown[]) => void lines.push(JSON.stringify(line, written)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    catcher.refuse = () => null;
  });
  afterAll(async () => {
    await system?.close();
    await catcher?.close();
  });

  const mailsOf = ({ id }: Customer) =>
    system.sql<{ kind: string; status: string; attempts: number }>('SELECT * FROM notifications.mails WHERE user_id = $1', [id]);
  const untilStatus = ({ id }: Customer, status: string) =>
    until(async () => (await mailsOf({ id } as Customer)).some((mail) => mail.status === status), { what: `a mail ${status}` });
  const tokenOf = async ({ email }: Customer, kind: string): Promise<string> =>
    /#token=(\S+)/.exec((await mailTo(catcher, email, kind)).text)![1]!;
  const refuse = (customer: () => string, code: number) => {
    catcher.refuse = (address) => (address === customer() ? { code, answer: `No such user: ${address}` } : null);
  };
  /** Refuses the next mail to a new customer, and returns the customer. */
  async function customerRefusedWith(code: number): Promise<Customer> {
    const customer = await system.registerCustomer();
    await untilStatus(customer, 'sent');
    refuse(() => customer.email, code);
    await system.expectOk('POST', '/auth/password-reset', { body: { email: customer.email } });
    return customer;
  }

  it('links that are sent and used leave neither address nor token in lines and rows', async () => {
    const customer = await system.registerCustomer();
    const verification = await tokenOf(customer, 'email-verification');
    await system.expectOk('POST', '/auth/verify-email', { body: { token: verification } });
    await system.expectOk('POST', '/auth/password-reset', { body: { email: customer.email } });
    const reset = await tokenOf(customer, 'password-reset');
    await system.expectOk('POST', '/auth/password-reset/confirm', { body: { token: reset, newPassword: 'eight loud rows' } });
    await until(async () => (await mailsOf(customer)).every(({ status }) => status === 'sent'), { what: 'both mails' });
    expect(await mailsOf(customer)).toHaveLength(2);
    expect(lines.length).toBeGreaterThan(0);
    const [log, rows] = [lines.join('\n'), JSON.stringify(await mailsOf(customer))];
    for (const secret of [customer.email, verification, reset, 'eight loud rows']) {
      expect(log).not.toContain(secret);
      expect(rows).not.toContain(secret);
    }
  });

  it('a mail that bounces, and one that is refused for now, leave no address in lines', async () => {
    const bounced = await customerRefusedWith(550);
    await untilStatus(bounced, 'bounced');
    const delayed = await customerRefusedWith(451);
    await until(async () => (await mailsOf(delayed)).some(({ attempts }) => attempts > 1), { what: 'another attempt' });
    const log = lines.join('\n');
    expect(log).toContain('A job failed and is tried again');
    for (const { email } of [bounced, delayed]) expect(log).not.toContain(email);
  });

  it('an error of the mailer that named the address would be found', async () => {
    const { email } = await system.registerCustomer();
    vi.spyOn(SmtpMailer.prototype, 'send').mockRejectedValue(new Error(`550 No such user: ${email}`));
    await system.expectOk('POST', '/auth/password-reset', { body: { email } });
    await until(() => Promise.resolve(lines.join('\n').includes(email)), { what: 'the line with the address' });
  });
});
