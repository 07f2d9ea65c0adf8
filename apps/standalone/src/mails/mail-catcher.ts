/** A mail server that delivers nothing: it keeps the newest mails in memory, so that they can be read. */
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** Enough for a day of trying out; the oldest is dropped. With the largest mails it is 200 MB. */
const KEPT_MAILS = 200;
const MAX_MAIL_BYTES = 1_048_576;

export interface CaughtMail {
  /** 1 for the first mail since the start. */
  readonly id: number;
  readonly messageId: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly content: string }[];
}

/** A refusal that a test wants: the code and the text of the answer. */
interface Refusal {
  readonly code: number;
  readonly answer: string;
}

export class MailCatcher {
  readonly #mails: CaughtMail[] = [];
  readonly #server: SMTPServer;
  #count = 0;
  /** Decides about each recipient; null takes the mail. */
  refuse: (address: string) => Refusal | null = () => null;

  private constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      size: MAX_MAIL_BYTES,
      logger: false,
      // Connections that are open when the server closes end at once.
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, done) => {
        const refusal = this.refuse(address);
        done(refusal === null ? null : Object.assign(new Error(refusal.answer), { responseCode: refusal.code }));
      },
      onData: (stream, { envelope }, done) => {
        buffer(stream)
          .then((raw) => this.keep(raw, envelope.rcptTo[0]?.address ?? ''))
          .then(
            () => done(null),
            (error: unknown) => done(error as Error),
          );
      },
    });
    this.#server.on('error', () => undefined);
  }

  /** Listens on the local machine. Port 0 takes a free one. */
  static async start(port = 0): Promise<MailCatcher> {
    const catcher = new MailCatcher();
    await new Promise<void>((resolve, reject) => {
      catcher.#server.server.once('error', reject);
      catcher.#server.listen(port, '127.0.0.1', resolve);
    });
    return catcher;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Newest first. */
  list({ to }: { to?: string | undefined } = {}): readonly CaughtMail[] {
    const mails = this.#mails.filter((mail) => to === undefined || mail.to.toLowerCase() === to.toLowerCase());
    return mails.reverse();
  }

  find(id: number): CaughtMail | null {
    return this.#mails.find((mail) => mail.id === id) ?? null;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  private async keep(raw: Buffer, to: string): Promise<void> {
    const {
      messageId = '',
      from,
      subject = '',
      text = '',
      html = '',
      attachments,
    } = await PostalMime.parse(raw, { attachmentEncoding: 'utf8' });
    this.#mails.push({
      id: ++this.#count,
      messageId,
      receivedAt: new Date().toISOString(),
      from: from?.address ?? '',
      to,
      subject,
      text,
      html,
      attachments: attachments.map(({ filename, mimeType, content }) => ({
        filename: filename ?? '',
        contentType: mimeType,
        content: typeof content === 'string' ? content : '',
      })),
    });
    if (this.#mails.length > KEPT_MAILS) this.#mails.shift();
  }
}
