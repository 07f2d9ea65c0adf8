import { buffer } from 'node:stream/consumers';
import { type RunningServer, startSmtpServer } from '../integration/notifications/smtp-servers.js';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import type { RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';
/** More than the lease of a mail that is being sent. */
const LEASE_MINUTES = 3;

/**
 * SMTP has no transaction: between the answer of the mail server and our commit a process can die. What is promised is at least once, with a Message-ID made
 * of the fact, so that receivers can drop the second one.
 */
describe('A worker that is killed while it sends a mail', () => {
  const env: Record<string, string> = {};
  /** The Message-IDs of what the server took, in order. */
  const taken: string[] = [];
  /** Where a conversation stops for ever: before the mail server has the mail, or when it has it and has not answered. */
  let silentAt: 'recipient' | 'content' | null = null;
  let reached = 0;
  let server: RunningServer;

  beforeAll(async () => {
    server = await startSmtpServer({
      onRcptTo: (_address, _session, done) => {
        if (silentAt === 'recipient') reached++;
        else done();
      },
      onData: (stream, _session, done) => {
        void buffer(stream).then((raw) => {
          taken.push(/^Message-ID:\s+<([^>]*)>/m.exec(raw.toString())![1]!);
          if (silentAt === 'content') reached++;
          else done();
        });
      },
    });
    env['SMTP_URL'] = `smtp://${server.host}`;
  });
  afterAll(() => server.close());
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql', env });

  let worker: RunningProcess;
  afterEach(() => worker.kill('SIGKILL'));
  beforeEach(() => {
    taken.length = 0;
    reached = 0;
  });

  const mailsOf = (userId: string) =>
    system.sql<{ factId: string; status: string }>(`SELECT fact_id AS "factId", status FROM notifications.mails WHERE user_id = $1`, [
      userId,
    ]);

  /** Registers a customer, and kills the worker when the mail to verify the address has got so far. Returns the Message-ID of the fact. */
  async function killWhileSending(at: 'recipient' | 'content'): Promise<{ userId: string; messageId: string }> {
    silentAt = at;
    worker = await system.startWorker();
    const { id: userId } = await system.api.registerCustomer();
    await until(() => reached === 1, { what: `the mail server to have the ${at}` });
    await worker.kill('SIGKILL');
    const [mail] = await mailsOf(userId);
    expect(mail?.status).toBe('waiting');
    silentAt = null;
    return { userId, messageId: `email-verification.${mail!.factId}@localhost` };
  }

  async function sendTheRest(userId: string): Promise<void> {
    worker = await system.startWorker();
    await system.api.advanceClock({ minutes: LEASE_MINUTES });
    await until(async () => (await mailsOf(userId))[0]?.status === 'sent', { what: 'the mail to be sent' });
    // What comes after it is sent once.
    const others = await system.api.registerCustomers(3);
    const sent = async () => (await Promise.all(others.map(({ id }) => mailsOf(id)))).flat().filter(({ status }) => status === 'sent');
    await until(async () => (await sent()).length === others.length, { what: 'the other mails to be sent' });
  }
  const countOf = (messageId: string): number => taken.filter((each) => each === messageId).length;

  it('a mail that the server took is sent again with its Message-ID', async () => {
    const { userId, messageId } = await killWhileSending('content');
    await sendTheRest(userId);
    expect(countOf(messageId)).toBe(2);
    expect([taken.length, new Set(taken).size]).toEqual([5, 4]);
  }, 120_000);

  it('a mail that the server did not take is sent once', async () => {
    const { userId, messageId } = await killWhileSending('recipient');
    await sendTheRest(userId);
    expect(countOf(messageId)).toBe(1);
    expect([taken.length, new Set(taken).size]).toEqual([4, 4]);
  }, 120_000);
});
