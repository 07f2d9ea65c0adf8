/** Equal requests for a `@Cacheable` answer that come while it is being made share the next one, which is made and serialised once. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Overloaded } from '../../concurrency/admission.js';
import { type AnswerOutcome, SharedAnswers } from '../../concurrency/shared-answers.js';
import { addVary } from '../cors.js';
import type { RouteConfig } from '../route-config.js';

interface SharedAnswer {
  /** Encoded once: many requests send it. */
  readonly body: Buffer;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly vary: readonly string[];
}

type SharingRequest = FastifyRequest & { endSharing: ((outcome: AnswerOutcome<SharedAnswer>) => void) | null };

/** Headers that belong to one request, or that the last hooks set. */
const NOT_SHARED = /^(x-request-id|vary|content-length|access-control-.*)$/;

/** Before the request takes a slot: one that shares an answer needs none. Call it after `useEtags`, before anything changes the body. */
export function useSharedAnswers(fastify: FastifyInstance): void {
  const answers = new SharedAnswers<SharedAnswer>();
  fastify.decorateRequest('endSharing' satisfies keyof SharingRequest, null);
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!isShareable(request)) return done();
    answers.ask(request.url).then((asked) => {
      if (asked === 'failed') done(new Overloaded());
      else if ('end' in asked) {
        (request as SharingRequest).endSharing = asked.end;
        done();
      } else send(reply, asked.answer);
    }, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { endSharing } = request as SharingRequest;
    if (endSharing !== null) endSharing(outcomeOf(request, reply, payload));
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

function outcomeOf({ socket }: FastifyRequest, reply: FastifyReply, payload: unknown): AnswerOutcome<SharedAnswer> {
  if (reply.statusCode === 200 && typeof payload === 'string') return { answer: answerOf(reply, payload) };
  // A request whose client has gone loses its place among those that wait for a slot: that says nothing of the system.
  if (socket.destroyed) return 'given-up';
  return reply.statusCode >= 500 ? 'failed' : 'not-shared';
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
