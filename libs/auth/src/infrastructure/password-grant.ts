/** The OAuth2 password form: what is read from it and how it is refused (RFC 6749, 4.3 and 5.2). */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { InvalidInput } from '@app/platform/http/http-errors.js';
import { EMAIL_MAX, type PasswordGrantRefusalResponse } from './auth.dto.js';

const PASSWORD_MAX = 1_000;

export class PasswordGrantRefused extends Error {
  constructor(
    readonly error: PasswordGrantRefusalResponse['error'],
    message: string,
  ) {
    super(message);
  }
}

/** Unknown parameters are ignored, as section 3.2 demands. Throws `PasswordGrantRefused`. */
export function readPasswordGrant(form: Readonly<Record<string, unknown>>): { username: string; password: string } {
  const grantType = parameter(form, 'grant_type', 100);
  if (grantType !== undefined && grantType !== 'password') {
    throw new PasswordGrantRefused('unsupported_grant_type', 'Only grant_type=password is known here.');
  }
  const username = parameter(form, 'username', EMAIL_MAX);
  const password = parameter(form, 'password', PASSWORD_MAX);
  if (username === undefined || password === undefined) {
    throw new PasswordGrantRefused('invalid_request', `The parameter ${username === undefined ? 'username' : 'password'} is missing.`);
  }
  return { username, password };
}

/** A parameter sent without a value counts as left out (section 3.2). */
function parameter(form: Readonly<Record<string, unknown>>, name: string, max: number): string | undefined {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > max) {
    throw new PasswordGrantRefused('invalid_request', `The parameter ${name} is not text of at most ${max} characters.`);
  }
  return value;
}

@Catch(PasswordGrantRefused, InvalidInput)
export class PasswordGrantFilter implements ExceptionFilter<PasswordGrantRefused | InvalidInput> {
  catch(refusal: PasswordGrantRefused | InvalidInput, host: ArgumentsHost): void {
    const answer: PasswordGrantRefusalResponse = {
      error: refusal instanceof PasswordGrantRefused ? refusal.error : 'invalid_request',
      // Section 5.2 allows printable ASCII without quotes and backslashes.
      error_description: (refusal instanceof PasswordGrantRefused ? refusal.message : 'The form is missing or malformed.').replaceAll(
        /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g,
        '?',
      ),
    };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(400).headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).send(answer);
  }
}
