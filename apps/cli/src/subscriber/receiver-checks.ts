/** What a receiver of webhooks must do, check by check. */
import { newId } from '@app/kernel/id.js';
import { type Answer, type Distortion, type ReceiverClient, wrongSecret } from './receiver-client.js';
import { EVENT_CASES, type SentEvent, TOGETHER_COUNT, type Verdict, anew, firstOf } from './sent-events.js';

interface Check {
  readonly name: string;
  run(client: ReceiverClient, events: readonly SentEvent[]): Promise<Omit<Verdict, 'check'>>;
}

const HOUR_SECONDS = 3_600;

/** Right requests: each must be answered with 2xx. */
const accepts = (name: string, requests: (first: SentEvent, all: readonly SentEvent[]) => readonly [SentEvent, Distortion?][]): Check => ({
  name,
  async run(client, events) {
    const answers: [SentEvent, Answer][] = [];
    for (const [event, distortion] of requests(firstOf(events), events)) answers.push([event, await client.send(event, distortion)]);
    return accepted(answers);
  },
});

/** Wrong requests: each must be answered with 4xx, as nobody but the cinema may be believed. */
const refuses = (name: string, distortion: Distortion): Check => ({
  name,
  async run(client, events) {
    const { status, problem } = await client.send(anew(firstOf(events)), distortion);
    return {
      passed: status >= 400 && status <= 499,
      text: status === 0 ? (problem ?? '') : `it answered ${status}${status < 300 ? ', and must answer 4xx' : ''}`,
    };
  },
});

const withoutHeader = (name: string): Distortion => ({
  headers: (headers) => Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
});

export const RECEIVER_CHECKS: readonly Check[] = [
  ...EVENT_CASES.map(([name, events]) => accepts(name, (first, all) => events(first, all).map((event) => [event]))),
  accepts('a test event', (first) => [[anew(first, { type: 'subscriptions.endpoint-tested.v1', data: {} })]]),
  {
    name: `${TOGETHER_COUNT} events at the same time`,
    async run(client, events) {
      const sent = Array.from({ length: TOGETHER_COUNT }, () => anew(firstOf(events)));
      return accepted(await Promise.all(sent.map(async (event): Promise<[SentEvent, Answer]> => [event, await client.send(event)])));
    },
  },
  accepts('two signatures while the secret is rotated', (first) => [
    [anew(first), { secrets: (secret) => [wrongSecret, secret] }],
    [anew(first), { secrets: (secret) => [secret, wrongSecret] }],
  ]),
  refuses('refuses a signature of another secret', { secrets: () => [wrongSecret] }),
  refuses('refuses a body that was changed', { body: (body) => body.replace('"sequence":1', '"sequence":2') }),
  refuses('refuses another id with the same signature', { headers: (headers) => ({ ...headers, 'webhook-id': newId() }) }),
  refuses('refuses a request without a signature', withoutHeader('webhook-signature')),
  refuses('refuses a request without a timestamp', withoutHeader('webhook-timestamp')),
  refuses('refuses a timestamp of an hour ago', { secondsFromNow: -HOUR_SECONDS }),
  refuses('refuses a timestamp in an hour', { secondsFromNow: HOUR_SECONDS }),
];

function accepted(answers: readonly (readonly [SentEvent, Answer])[]): Omit<Verdict, 'check'> {
  const failed = answers.filter(([, { status }]) => status < 200 || status > 299);
  const [first] = failed;
  if (first === undefined) return { passed: true, text: `${answers.length} answered with 2xx` };
  const [{ type }, { status, problem }] = first;
  return { passed: false, text: `${failed.length} of ${answers.length} not answered with 2xx, as ${type}: ${problem ?? status}` };
}

/** The slowest answer must leave time for a slow day. */
export function answerTime(durationsMs: readonly number[], limitMs: number): Verdict {
  const sorted = [...durationsMs].sort((one, other) => one - other);
  const [median = 0, slowest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const text = `median ${Math.round(median)} ms, slowest ${Math.round(slowest)} ms; the limit is ${limitMs} ms`;
  return { check: 'answers in time', passed: sorted.length > 0 && slowest < limitMs / 2, text };
}
