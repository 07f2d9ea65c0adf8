/** Equal requests for a `@Cacheable` answer that come while it is being made share the next one, which is made and serialised once. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Admission, Overloaded } from '../../concurrency/admission.js';
import { type AnswerOutcome, SharedAnswers } from '../../concurrency/shared-answers.js';
import { addVary } from '../cors.js';
import { isClientGone, isLimited, type WithSlot } from '../limits/admission-hook.js';
import type { RouteConfig } from '../route-config.js';

interface SharedAnswer {
  /** Encoded once: many requests send it. */
  readonly body: Buffer;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly vary: readonly string[];
}

type SharingRequest = WithSlot & { endSharing: ((outcome: AnswerOutcome<SharedAnswer>) => void) | null };

/** Headers that belong to one request, or that the last hooks set. */
const NOT_SHARED = /^(x-request-id|vary|content-length|access-control-.*)$/;

/** Before the request takes a slot: one that shares an answer needs none. Call it after `useEtags`, before anything changes the body. */
export function useSharedAnswers(fastify: FastifyInstance, admission: Admission): void {
  const answers = new SharedAnswers<SharedAnswer, WithSlot>({
    hasBegun: (request) => request.slot !== null || !isLimited(request),
    isClientGone,
    maxWaitMs: admission.limits.maxWaitMs,
  });
  fastify.decorateRequest('endSharing' satisfies keyof SharingRequest, null);
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!isShareable(request)) return done();
    const sharing = request as SharingRequest;
    const since = performance.now();
    answers.ask(request.url, sharing, since).then((asked) => {
      if (asked === 'overloaded') done(new Overloaded());
      else if ('end' in asked) {
        sharing.endSharing = asked.end;
        sharing.waitingSince = since;
        done();
      } else send(reply, asked.answer);
    }, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const sharing = request as SharingRequest;
    if (sharing.endSharing !== null) sharing.endSharing(outcomeOf(sharing, reply, payload, admission));
    done(null, payload);
  });
  // Also where no answer was sent: nobody may wait for it any longer.
  fastify.addHook('onResponse', (request, _reply, done) => {
    (request as SharingRequest).endSharing?.('given-up');
    done();
  });
}

/** What a logged-in user gets may be about that user. */
export function isShareable({ routeOptions, method, headers }: FastifyRequest): boolean {
  return (routeOptions.config as RouteConfig).isCacheable === true && method === 'GET' && headers.authorization === undefined;
}

function outcomeOf(request: WithSlot, reply: FastifyReply, payload: unknown, admission: Admission): AnswerOutcome<SharedAnswer> {
  if (reply.statusCode === 200 && typeof payload === 'string') return { answer: answerOf(reply, payload) };
  if (reply.statusCode < 500) return 'not-shared';
  // It lost its place among those that wait for a slot: with its client, or because there are too many.
  if (request.slot === null && isLimited(request)) return isClientGone(request) ? 'given-up' : 'overloaded';
  return admission.isStalled ? 'overloaded' : 'failed';
}

function answerOf(reply: FastifyReply, body: string): SharedAnswer {
  const headers = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)] as const);
  const vary = headers.find(([name]) => name === 'vary')?.[1] ?? '';
  return {
    body: Buffer.from(body),
    headers: headers.filter(([name]) => !NOT_SHARED.test(name)),
    vary: vary.split(/, */).filter((name) => name !== ''),
  };
}

function send(reply: FastifyReply, { body, headers, vary }: SharedAnswer): void {
  for (const [name, value] of headers) if (!reply.hasHeader(name)) void reply.header(name, value);
  const said = String(reply.getHeader('vary') ?? '').split(/, */);
  for (const name of vary) if (!said.includes(name)) addVary(reply, name);
  void reply.send(body);
}
