/** Mail servers that take mails, refuse them, or break down in the middle of a conversation. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface RunningServer {
  /** `127.0.0.1:2525` */
  readonly host: string;
  readonly mails: readonly TakenMail[];
  close(): Promise<void>;
}

/** An answer of a server that is no mail server of the package: null says nothing, and leaves the client waiting. */
export type Script = (line: string, socket: Socket) => string | null;

export const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** Speaks SMTP by the book. `options` say what it refuses. */
export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<RunningServer> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 50,
    onData: (stream, { envelope: { mailFrom, rcptTo } }, done) => {
      const keep = (raw: Buffer): void => {
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw: raw.toString() });
        done();
      };
      buffer(stream).then(keep, done);
    },
    ...options,
  });
  // Clients that give up in the middle, and that do not trust its certificate.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return { host: hostOf(server.server), mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Greets, and answers each line by the script. */
export async function startScriptedServer(greeting: string | null, script: Script, port = 0): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    let unread = '';
    socket.on('data', (chunk) => {
      const lines = (unread + chunk.toString()).split('\r\n');
      unread = lines.pop() ?? '';
      for (const line of lines) {
        const answer = script(line, socket);
        if (answer !== null) socket.write(`${answer}\r\n`);
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { host: hostOf(server), mails: [], close };
}

/** Takes everything up to the content of the mail. What it says then is `afterContent`. */
export const acceptUntilContent =
  (afterContent: Script): Script =>
  (line, socket) => {
    if (line === '.') return afterContent(line, socket);
    if (/^EHLO/.test(line)) return '250 mail.test';
    if (/^(MAIL|RCPT)/.test(line)) return '250 Yes';
    return line === 'DATA' ? '354 Go on' : null;
  };

function hostOf(server: Pick<Server, 'address'>): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
