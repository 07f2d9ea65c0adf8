/** `subscriber-test`: sends every event type to a receiver of webhooks, right and wrong, and says what it does well. It needs no database. */
import { EVENT_DOCUMENT } from '../../event-document.js';
import { CHECKS, type Verdict, answerTime } from './receiver/checks.js';
import { ReceiverClient, type SentEvent } from './receiver/requests.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

/** As the cinema waits by default (`WEBHOOK_TIMEOUT_MS`). */
const LIMIT_MS = 15_000;
const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

interface EventDocument {
  readonly components: { readonly messages: Readonly<Record<string, { readonly examples: readonly { readonly payload: SentEvent }[] }>> };
}

export const subscriberTest: Subcommand = {
  name: 'subscriber-test',
  printsJson: true,
  usage: '--url URL [--secret SECRET] [--json]',
  summary:
    'Send every event type to your receiver of webhooks: doubled, shuffled, late, with gaps, forged; exits with 1 where a check fails. The secret may be in WEBHOOK_SECRET',
  async run(args, terminal) {
    const { values } = parseArguments(args, {
      options: { url: { type: 'string' }, secret: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [url, secret] = [values.url ?? '', values.secret ?? terminal.env['WEBHOOK_SECRET'] ?? ''];
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new InvalidArguments('--url must be the http or https address of your receiver.');
    if (!SECRET.test(secret)) throw new InvalidArguments('--secret, or WEBHOOK_SECRET, must be whsec_ and Base64.');

    const client = new ReceiverClient(url, secret, LIMIT_MS);
    const verdicts: Verdict[] = [];
    const add = (verdict: Verdict): void => {
      verdicts.push(verdict);
      if (!values.json) terminal.print(`${verdict.passed ? 'ok    ' : 'failed'}  ${verdict.check}: ${verdict.text}`);
    };
    const events = exampleEvents();
    for (const check of CHECKS) add({ check: check.name, ...(await check.run(client, events)) });
    add(answerTime(client.durationsMs, LIMIT_MS));
    if (values.json) terminal.print(JSON.stringify({ url, verdicts }));
    const failed = verdicts.filter(({ passed }) => !passed).length;
    if (failed > 0) throw new CommandFailed(`${failed} of ${verdicts.length} checks failed.`);
  },
};

/** One of each type, from docs/asyncapi.json. */
function exampleEvents(): SentEvent[] {
  const { messages } = (EVENT_DOCUMENT as EventDocument).components;
  return Object.values(messages).flatMap(({ examples }) => examples.slice(0, 1).map(({ payload }) => payload));
}
