/** A span for each request below `/api/v1`. It goes on from the client's `traceparent`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type OpenSpan, SPAN_KIND, isTracing, openSpan, runInSpan } from '../../telemetry/tracing.js';

type TracedRequest = FastifyRequest & { span: OpenSpan | null };

/** Adds nothing to a process that traces nothing. */
export function useRequestTraces(fastify: FastifyInstance): void {
  if (!isTracing()) return;
  fastify.decorateRequest('span' satisfies keyof TracedRequest, null);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url } = request.routeOptions;
    if (url?.startsWith('/api/v1/') === true) {
      const given = request.headers['traceparent'];
      (request as TracedRequest).span = openSpan({
        name: `${request.method} ${url}`,
        kind: SPAN_KIND.server,
        parent: typeof given === 'string' ? given : null,
        attributes: { 'http.request.method': request.method, 'http.route': url },
      });
    }
    done();
  });
  // After the body was read: the events of its stream would lose a context opened earlier.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { span } = request as TracedRequest;
    if (span === null) done();
    else runInSpan(span, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    (request as TracedRequest).span?.end({ attributes: { 'http.response.status_code': statusCode }, isError: statusCode >= 500 });
    done();
  });
}
