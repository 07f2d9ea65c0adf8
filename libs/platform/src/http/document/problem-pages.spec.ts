import { Conflict } from '@app/kernel/domain-error.js';
import { fastify as createFastify } from 'fastify';
import { serveProblemPages } from './problem-pages.js';
import { ProblemRegistry } from '../problems/problem-registry.js';
import { problemsOf } from '../problems/problems.js';

const TYPES = { html: 'text/html,application/xhtml+xml', json: 'application/json' };

function ask(url: string, accept?: string) {
  const registry = new ProblemRegistry();
  const [taken] = problemsOf([new Conflict('snacks.all-taken', 'All <b>snacks</b> are taken.', { takenBy: ['Ann'] })]);
  registry.add(taken!, 'POST /snacks', { takenBy: { type: 'array', description: 'Names.' } });
  const fastify = createFastify();
  serveProblemPages(fastify, registry);
  return fastify.inject({ url, headers: accept === undefined ? {} : { accept } });
}

describe('The pages of problems', () => {
  it('a browser gets a page without scripts and without other servers', async () => {
    const { statusCode, headers, body } = await ask('/problems/snacks.all-taken', TYPES.html);
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', vary: 'Accept' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(body).toContain('<h1>All taken</h1>');
    expect(body).toContain('<dt><code>takenBy</code></dt><dd>Names.</dd>');
    expect(body).not.toMatch(/<script|<b>|https?:/);
  });

  it.each([TYPES.json, '*/*', undefined])('a program that accepts %s gets JSON', async (accept) => {
    const { headers, body } = await ask('/problems/snacks.all-taken', accept);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/snacks.all-taken', status: 409, operations: ['POST /snacks'] });
  });

  it('the list has every code', async () => {
    expect(JSON.parse((await ask('/problems')).body)).toMatchObject({ data: [{ code: 'snacks.all-taken', title: 'All taken' }] });
    expect((await ask('/problems', TYPES.html)).body).toContain('href="/problems/snacks.all-taken"');
  });

  it('on a phone long codes break, examples scroll, and a dark screen stays dark', async () => {
    const { body } = await ask('/problems/snacks.all-taken', TYPES.html);
    expect(body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    for (const rule of [/body\{[^}]*overflow-wrap:anywhere/, /pre\{overflow:auto/, /color-scheme:light dark/]) expect(body).toMatch(rule);
  });

  it('an unknown code is not found', async () => {
    expect((await ask('/problems/snacks.unknown', TYPES.html)).statusCode).toBe(404);
  });
});
