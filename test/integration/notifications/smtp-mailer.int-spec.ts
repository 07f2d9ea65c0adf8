import { vi } from 'vitest';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { Environment } from '@app/platform/config/environment.js';
import type { SMTPServerOptions } from 'smtp-server';
import { MAX_ANSWER_MS, MAX_SESSION_MS } from '../../../libs/notifications/src/application/lanes.js';
import {
  MailBounced,
  MailDelayed,
  type MailMessage,
  MailServerAway,
  MailUnconfirmed,
} from '../../../libs/notifications/src/domain/mailer.js';
import { SmtpMailer } from '../../../libs/notifications/src/infrastructure/smtp-mailer.js';
import { NotificationsSettings } from '../../../libs/notifications/src/notifications.settings.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { acceptUntilContent, refusal, type RunningServer, type Script, startScriptedServer, startSmtpServer } from './smtp-servers.js';

const ADDRESS = 'ada@customers.test';
/** Where a time-out is what is tested. */
const TIMEOUT_MS = 1_000;
/** Elsewhere: a busy machine must not look like a silent server. */
const PATIENT_MS = 10_000;

const MESSAGE: MailMessage = {
  messageId: 'password-reset.q1',
  to: { name: 'Ada', address: ADDRESS },
  language: 'en-GB',
  content: { subject: 'Your password', paragraphs: ['Hello Ada,'], details: [], link: null, signature: 'The cinema', calendar: null },
};

describe('SmtpMailer', () => {
  const open: RunningServer[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const server of open.splice(0)) await server.close();
  });
  const opened = async (starting: Promise<RunningServer>): Promise<RunningServer> => {
    const server = await starting;
    open.push(server);
    return server;
  };
  const mailerOf = (url: string, timeoutMs = PATIENT_MS): SmtpMailer => {
    const variables = { SMTP_URL: url, MAIL_FROM: 'Cinema <tickets@cinema.test>', SMTP_TIMEOUT_MS: String(timeoutMs) };
    return new SmtpMailer(new NotificationsSettings(new Environment(variables)), new FixedClock());
  };
  /** What the mailer says about a refused mail. Its message is logged, so it must name nobody. */
  const failureOf = async (
    url: string,
    timeoutMs = PATIENT_MS,
  ): Promise<{ kind: unknown; why: number | string; answer: string | null }> => {
    const error: unknown = await mailerOf(url, timeoutMs)
      .send(MESSAGE)
      .catch((refused: unknown) => refused);
    expect(String(error)).not.toContain(ADDRESS);
    if (error instanceof MailBounced) return { kind: MailBounced, why: error.code, answer: error.answer };
    if (error instanceof MailDelayed) return { kind: MailDelayed, why: error.reason, answer: error.answer };
    if (error instanceof MailUnconfirmed) return { kind: MailUnconfirmed, why: error.reason, answer: null };
    if (error instanceof MailServerAway) return { kind: MailServerAway, why: error.reason, answer: null };
    throw new Error('The mail was taken', { cause: error });
  };

  it('a mail is taken once, with its id, both texts and no line of a name', async () => {
    const server = await opened(startSmtpServer());
    const to = { name: 'Ada\r\nBcc: eve@attacker.test', address: ADDRESS };
    await mailerOf(`smtp://${server.host}`).send({ ...MESSAGE, to });
    expect(server.mails).toMatchObject([{ from: 'tickets@cinema.test', to: [ADDRESS] }]);
    const { raw } = server.mails[0]!;
    const [head = ''] = raw.split('\r\n\r\n');
    for (const line of ['Message-ID: <password-reset.q1@cinema.test>', 'Auto-Submitted: auto-generated', 'Content-Language: en-GB'])
      expect(head.split('\r\n')).toContain(line);
    expect(head).not.toMatch(/^Bcc:/im);
    for (const type of ['text/plain', 'text/html']) expect(raw).toContain(`Content-Type: ${type}`);
  });

  it('a mail is taken over TLS, and with a password', async () => {
    const logIns: unknown[] = [];
    const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) => {
      logIns.push([username, password]);
      done(null, { user: username });
    };
    const server = await opened(startSmtpServer({ secure: true, authOptional: false, onAuth }));
    await mailerOf(`smtps://cinema:secret@${server.host}?tls.rejectUnauthorized=false`).send(MESSAGE);
    expect([server.mails.length, logIns]).toEqual([1, [['cinema', 'secret']]]);
  });

  const no = (code: number) => refusal(code, `No, ${ADDRESS}`);
  const onRcptTo = (code: number): SMTPServerOptions => ({ onRcptTo: (_to, _session, done) => done(no(code)) });
  const onData = (code: number): SMTPServerOptions => ({
    onData: (stream, _session, done) => stream.resume().on('end', () => done(no(code))),
  });

  it.each<[string, SMTPServerOptions, { kind: unknown; why: number }]>([
    ['an unknown recipient bounces', onRcptTo(550), { kind: MailBounced, why: 550 }],
    ['a content that is refused bounces', onData(554), { kind: MailBounced, why: 554 }],
    ['a recipient that is refused for now is delayed', onRcptTo(451), { kind: MailDelayed, why: 451 }],
    ['a content that is refused for now is delayed', onData(452), { kind: MailDelayed, why: 452 }],
  ])('%s, with the answer', async (_, options, expected) => {
    const { host } = await opened(startSmtpServer(options));
    expect(await failureOf(`smtp://${host}`)).toEqual({ ...expected, answer: `${expected.why} No, ${ADDRESS}` });
  });

  it.each<[string, SMTPServerOptions, string, number]>([
    ['a sender that is refused', { onMailFrom: (_from, _session, done) => done(no(550)) }, '', 550],
    ['a server that shuts down', onRcptTo(421), '', 421],
    ['a wrong password', { onAuth: (_auth, _session, done) => done(no(535)) }, 'cinema:wrong@', 535],
  ])('%s is about the server, not about the mail', async (_, options, account, why) => {
    const { host } = await opened(startSmtpServer({ allowInsecureAuth: true, ...options }));
    expect(await failureOf(`smtp://${account}${host}`)).toMatchObject({ kind: MailServerAway, why });
  });

  it('a server that takes no connection, and a host without an address, are away', async () => {
    expect(await failureOf(`smtp://127.0.0.1:${await freePort()}`)).toMatchObject({ kind: MailServerAway });
    expect(await failureOf('smtp://mail.invalid')).toMatchObject({ kind: MailServerAway });
  });

  it('a greeting that is a refusal is about the server', async () => {
    const { host } = await opened(startScriptedServer('554 No mails from there', () => null));
    expect(await failureOf(`smtp://${host}`)).toMatchObject({ kind: MailServerAway, why: 554 });
  });

  it.each<[string, SMTPServerOptions, string, string]>([
    ['a certificate that nobody has signed', { secure: true }, 'smtps', ''],
    ['a certificate that nobody has signed, by STARTTLS', { disabledCommands: [] }, 'smtp', ''],
    ['a server without TLS where it is required', {}, 'smtp', '?requireTLS=true'],
    ['a server that speaks no TLS', {}, 'smtps', ''],
  ])('%s gets no mail', async (_, options, scheme, query) => {
    const server = await opened(startSmtpServer(options));
    expect(await failureOf(`${scheme}://${server.host}${query}`)).toMatchObject({ kind: MailServerAway });
    expect(server.mails).toEqual([]);
  });

  it('a server that does not greet is away when its time is over', async () => {
    const { host } = await opened(startScriptedServer(null, () => null));
    const beginMs = performance.now();
    expect(await failureOf(`smtp://${host}`, TIMEOUT_MS)).toMatchObject({ kind: MailServerAway });
    expect(performance.now() - beginMs).toBeLessThan(10 * TIMEOUT_MS);
  });

  it('a mail is taken by a server that needs long to look at its content', async () => {
    let contents = 0;
    const slow = acceptUntilContent((_line, socket) => {
      contents++;
      setTimeout(() => socket.write('250 Taken\r\n'), 3 * TIMEOUT_MS);
      return null;
    });
    const { host } = await opened(startScriptedServer('220 mail.test', slow));
    await mailerOf(`smtp://${host}`, TIMEOUT_MS).send(MESSAGE);
    expect(contents).toBe(1);
  });

  it('a server that hangs up before the content delays the mail', async () => {
    const rude = startScriptedServer('220 mail.test', (line, socket) => {
      if (/^EHLO/.test(line)) return '250 mail.test';
      socket.destroy();
      return null;
    });
    expect(await failureOf(`smtp://${(await opened(rude)).host}`)).toMatchObject({ kind: MailDelayed });
  });

  it('a server that hangs up behind the content has perhaps taken the mail', async () => {
    const rude = acceptUntilContent((_line, socket) => {
      socket.destroy();
      return null;
    });
    const { host } = await opened(startScriptedServer('220 mail.test', rude));
    expect(await failureOf(`smtp://${host}`)).toMatchObject({ kind: MailUnconfirmed });
  });

  /** Sends to the server and lets a limit of the mailer pass at once, when the server says so. Returns what the mailer says. */
  async function failureAtLimit(limitMs: number, script: (reached: () => void) => Script): Promise<unknown> {
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const server = await opened(startScriptedServer('220 mail.test', script(reach)));
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const failing = failureOf(`smtp://${server.host}`);
    await reached;
    const [expire] = await vi.waitFor(() => timers.mock.calls.find(([, ms]) => ms === limitMs)!, { timeout: 15_000 });
    expire();
    return failing;
  }

  it('a server that falls silent before the content delays the mail', async () => {
    const failure = await failureAtLimit(MAX_SESSION_MS, (reached) => (line) => {
      if (/^EHLO/.test(line)) return '250 mail.test';
      reached();
      return null;
    });
    expect(failure).toEqual({ kind: MailDelayed, why: 'time-out', answer: '' });
  });

  it('a send that is given up ends, so that the server cannot take the mail any more', async () => {
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const failure = await failureAtLimit(MAX_ANSWER_MS, (reached) =>
      acceptUntilContent((_line, socket) => {
        socket.on('end', closed);
        // A line of an answer that does not end.
        socket.write('250-Wait\r\n');
        reached();
        return null;
      }),
    );
    expect(failure).toEqual({ kind: MailUnconfirmed, why: 'time-out', answer: null });
    await isClosed;
  });
});
