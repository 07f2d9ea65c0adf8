import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { Conflict, DomainError, Forbidden, Gone, Invalid, NotFound, Unavailable } from '@app/kernel/domain-error.js';
import { InvalidCursor } from '../../persistence/keyset.js';
import { problemOf } from './problem-details.js';
import { Overloaded } from '../../concurrency/admission.js';
import { InvalidInput, TooManyRequests, Unauthorized } from './http-errors.js';

const request = { id: 'request-1', path: '/api/v1/reservations' };

describe('problemOf', () => {
  it.each([
    [new Invalid('a.b', 'No.'), 422, 'Unprocessable Content'],
    [new NotFound('a.b', 'No.'), 404, 'Not Found'],
    [new Conflict('a.b', 'No.'), 409, 'Conflict'],
    [new Forbidden('a.b', 'No.'), 403, 'Forbidden'],
    [new Gone('a.b', 'No.'), 410, 'Gone'],
    [new Unavailable('a.b', 'No.'), 503, 'Service Unavailable'],
    [new Unauthorized('No.', 'a.b'), 401, 'Unauthorized'],
  ])('%s', (error, status, title) => {
    expect(problemOf(error, request)).toEqual({
      type: '/problems/a.b',
      title,
      status,
      detail: 'No.',
      instance: '/api/v1/reservations',
      code: 'a.b',
      requestId: 'request-1',
    });
  });

  it('each fault of the input is named', () => {
    const errors = [{ pointer: '/seats/0', rule: 'seatLabel', message: 'must be a seat label' }];
    expect(problemOf(new InvalidInput(errors), request)).toMatchObject({ status: 400, code: 'http.invalid-input', errors });
  });

  it('a cursor that a list did not make is a fault of the input', () => {
    expect(problemOf(new InvalidCursor(), request)).toMatchObject({
      status: 400,
      code: 'http.invalid-input',
      detail: 'cursor: is not a cursor of this list',
      errors: [{ parameter: 'cursor', rule: 'cursor', message: 'is not a cursor of this list' }],
    });
  });

  it('the details of a refusal are members of the problem', () => {
    expect(problemOf(new Conflict('a.b', 'No.', { conflictingSeats: ['A1'] }), request)).toMatchObject({
      status: 409,
      conflictingSeats: ['A1'],
    });
  });

  it('429 and 503 say when to try again', () => {
    expect(problemOf(new TooManyRequests(7), request)).toMatchObject({ status: 429, retryAfter: 7 });
    expect(problemOf(new Overloaded(), request)).toMatchObject({ status: 503, retryAfter: 2, code: 'platform.overloaded' });
    expect(problemOf(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), request)).toMatchObject({
      status: 503,
      retryAfter: 2,
      code: 'platform.unavailable',
    });
  });

  it('details never replace the standard members', () => {
    expect(problemOf(new Conflict('a.b', 'No.', { status: 200, code: 'x', requestId: 'y', type: 'z' }), request)).toMatchObject({
      status: 409,
      code: 'a.b',
      requestId: 'request-1',
      type: '/problems/a.b',
    });
  });

  it('errors of the framework keep their status, known or not', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x'), request)).toMatchObject({ status: 404, code: 'http.not-found' });
    expect(problemOf(new BadRequestException('Broken'), request)).toMatchObject({ status: 400, code: 'http.bad-request' });
    expect(problemOf(new HttpException('Odd', 418), request)).toMatchObject({ status: 418, code: 'http.error', title: 'Error' });
    expect(problemOf(Object.assign(new Error('Too large'), { statusCode: 413 }), request)).toMatchObject({
      status: 413,
      code: 'http.payload-too-large',
    });
    expect(problemOf(Object.assign(new Error('Odd'), { statusCode: 499 }), request)).toMatchObject({ status: 499, code: 'http.error' });
  });

  it('an internal error is answered without its message', () => {
    const secret = 'password=hunter2 at line 7';
    for (const error of [
      new Error(secret),
      Object.assign(new Error(secret), { statusCode: 500 }),
      new HttpException(secret, 500),
      secret,
      null,
      undefined,
      { statusCode: '400', message: secret },
    ]) {
      const problem = problemOf(error, request);
      expect(problem).toMatchObject({ status: 500, code: 'platform.internal-error' });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    }
  });

  it('a refusal of no known kind is a bug', () => {
    class Shapeless extends DomainError {}
    expect(() => problemOf(new Shapeless('a.b', 'No.'), request)).toThrow('Shapeless is of no kind this filter knows');
  });
});
