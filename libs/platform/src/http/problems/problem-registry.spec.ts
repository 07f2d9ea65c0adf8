import { Conflict, Unavailable } from '@app/kernel/domain-error.js';
import { ProblemRegistry } from './problem-registry.js';
import { problemsOf } from './problems.js';

const [TAKEN, CLOSED] = problemsOf([
  new Conflict('snacks.all-taken', 'All snacks are taken.', { takenBy: ['Ann'] }),
  new Unavailable('snacks.closed', 'The counter is closed.', { retryAfter: 30 }),
]);

function registry(): ProblemRegistry {
  const problems = new ProblemRegistry();
  problems.add(TAKEN!, 'POST /snacks', { takenBy: { type: 'array', description: 'Names.' } });
  problems.add(TAKEN!, 'PUT /snacks');
  problems.add(CLOSED!, 'GET /snacks');
  return problems;
}

describe('ProblemRegistry', () => {
  it('a code is described once, with every operation that answers with it', () => {
    const all = registry().all();
    expect(all.map(({ code }) => code)).toEqual(['snacks.all-taken', 'snacks.closed']);
    expect(all[0]).toMatchObject({ status: 409, title: 'All taken', operations: ['POST /snacks', 'PUT /snacks'] });
    expect(all[0]?.members).toEqual({ takenBy: { type: 'array', description: 'Names.' } });
  });

  it('the schema of a code requires the members that the refusal throws', () => {
    const { SnacksAllTakenProblem, SnacksClosedProblem } = registry().schemas();
    const own = {
      properties: { code: { const: 'snacks.all-taken' }, status: { const: 409 }, takenBy: { type: 'array' } },
      required: ['code', 'status', 'takenBy'],
    };
    expect(SnacksAllTakenProblem).toMatchObject({ allOf: [{}, own] });
    expect(SnacksClosedProblem).toMatchObject({ allOf: [{}, { required: ['code', 'status', 'retryAfter'] }] });
  });

  it('a problem that no operation answers has a schema', () => {
    const problems = new ProblemRegistry();
    problems.add(CLOSED!, null);
    expect(Object.keys(problems.schemas())).toEqual(['SnacksClosedProblem']);
  });

  it('a member that one operation does not tell is not required', () => {
    const problems = registry();
    const [untold] = problemsOf([new Conflict('snacks.all-taken', 'All snacks are taken.')]);
    problems.add(untold!, 'DELETE /snacks');
    const own = { properties: { takenBy: { type: 'array' } }, required: ['code', 'status'] };
    expect(problems.schemas().SnacksAllTakenProblem).toMatchObject({ allOf: [{}, own] });
  });

  it('a member that no context declares has an empty schema', () => {
    const problems = new ProblemRegistry();
    problems.add(TAKEN!, 'POST /snacks');
    expect(problems.find('snacks.all-taken')?.members).toEqual({ takenBy: {} });
    expect(problems.find('snacks.unknown')).toBeNull();
  });
});
