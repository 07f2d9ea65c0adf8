/** `GET /problems/{code}`: what a refusal means, as a page or as JSON. The `type` of every problem leads here. */
import type { FastifyInstance } from 'fastify';
import { addVary } from '../cors.js';
import { HTML_POLICY, escapeHtml, page, prefersHtml } from './html.js';
import type { ProblemRegistry, RegisteredProblem } from '../problems/problem-registry.js';

const MAX_AGE_SECONDS = 3_600;

export function serveProblemPages(fastify: FastifyInstance, registry: ProblemRegistry): void {
  fastify.get('/problems', (request, reply) => {
    const problems = registry.all();
    addVary(reply, 'Accept');
    void reply.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`);
    if (!prefersHtml(request.headers.accept)) return reply.type('application/json').send({ data: problems.map(summaryOf) });
    return reply.type('text/html; charset=utf-8').header('content-security-policy', HTML_POLICY).send(listPage(problems));
  });

  fastify.get<{ Params: { code: string } }>('/problems/:code', (request, reply) => {
    const problem = registry.find(request.params.code);
    addVary(reply, 'Accept');
    if (problem === null) return reply.callNotFound();
    void reply.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`);
    if (!prefersHtml(request.headers.accept)) return reply.type('application/json').send(detailsOf(problem));
    return reply.type('text/html; charset=utf-8').header('content-security-policy', HTML_POLICY).send(problemPage(problem));
  });
}

function summaryOf({ code, status, title, explanation }: RegisteredProblem) {
  return { type: `/problems/${code}`, code, status, title, explanation };
}

function detailsOf(problem: RegisteredProblem) {
  return { ...summaryOf(problem), members: problem.members, operations: problem.operations, example: problem.example };
}

function listPage(problems: readonly RegisteredProblem[]): string {
  const rows = problems.map(
    ({ code, status, title }) =>
      `<tr><td><a href="/problems/${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return page('Problems', `<p>Every refusal of the API has one of these codes.</p><table>${rows.join('\n')}</table>`);
}

function problemPage({ code, status, title, explanation, members, operations, example }: RegisteredProblem): string {
  const fields = Object.entries(members).map(
    ([name, { description = '' }]) => `<dt><code>${escapeHtml(name)}</code></dt><dd>${escapeHtml(description)}</dd>`,
  );
  const calls = operations.map((operation) => `<li><code>${escapeHtml(operation)}</code></li>`);
  return page(
    title,
    [
      `<p><code>${escapeHtml(code)}</code>, HTTP ${status}</p>`,
      `<p>${escapeHtml(explanation)}</p>`,
      fields.length === 0 ? '' : `<h2>Members</h2><dl>${fields.join('')}</dl>`,
      `<h2>Example</h2><pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`,
      calls.length === 0 ? '' : `<h2>Operations</h2><ul>${calls.join('')}</ul>`,
      '<p><a href="/problems">All problems</a></p>',
    ].join('\n'),
  );
}
