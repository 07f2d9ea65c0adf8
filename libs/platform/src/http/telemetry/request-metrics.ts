/** Counts every request by its route: the template, never the path, so that no caller can make labels. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Admission } from '../../concurrency/admission.js';
import { counter, durationHistogram, sampled, secondsSince } from '../../telemetry/metrics.js';
import type { WithProblemCode } from '../problems/problem-details.filter.js';

const REQUESTS = counter('cinema_http_requests_total', 'Requests by route and status; "aborted": the client left before its answer', [
  'method',
  'route',
  'status',
]);
const DURATIONS = durationHistogram('cinema_http_request_duration_seconds', 'From the headers of a request to the end of its answer', [
  'method',
  'route',
]);
const REFUSALS = counter(
  'cinema_http_refusals_total',
  'Requests answered with a problem, by its code; platform.overloaded: by admission, http.too-many-requests: by a rate limit',
  ['method', 'route', 'code'],
);

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const UNMATCHED = 'unmatched';

export function useRequestMetrics(fastify: FastifyInstance): void {
  let inFlight = 0;
  sampled('cinema_http_requests_in_flight', 'Requests that have no complete answer yet', () => inFlight);
  fastify.decorateRequest('problemCode' satisfies keyof WithProblemCode, null);
  fastify.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    inFlight++;
    // Also where the client left: Fastify's `onResponse` is not called then.
    reply.raw.once('close', () => {
      const route = labelsOf(request);
      inFlight--;
      REQUESTS.inc({ ...route, status: reply.raw.writableFinished ? String(reply.raw.statusCode) : 'aborted' });
      DURATIONS.observe(route, secondsSince(startedAt));
      const { problemCode } = request as WithProblemCode;
      if (problemCode !== null) REFUSALS.inc({ ...route, code: problemCode });
    });
    done();
  });
}

export function measureAdmission(admission: Admission): void {
  sampled('cinema_admission_admitted', 'Requests of the API that are worked on', () => admission.admittedCount);
  sampled('cinema_admission_waiting', 'Requests of the API that wait for a slot', () => admission.waitingCount);
}

function labelsOf({ is404, method, routeOptions: { url } }: FastifyRequest): { method: string; route: string } {
  return { method: METHODS.has(method) ? method : 'other', route: is404 || url === undefined ? UNMATCHED : url };
}
