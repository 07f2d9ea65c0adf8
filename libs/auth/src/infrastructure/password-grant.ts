/** The OAuth2 password form: how it is read, and how it is refused (RFC 6749, 4.3 and 5.2). */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { characterCount } from '@app/kernel/text.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { normaliseEmail } from '../domain/email.js';
import { MAX_EMAIL_CHARACTERS } from './auth.dto.js';
import type { PasswordGrantErrorView } from './tokens.view.js';

const MAX_PASSWORD_CHARACTERS = 1_000;

export class PasswordGrantRefused extends Error {
  constructor(
    readonly error: PasswordGrantErrorView['error'],
    message: string,
  ) {
    super(message);
  }
}

/** The user name is an e-mail address. Ignores unknown parameters, as section 3.2 demands. Throws `PasswordGrantRefused`. */
export function readPasswordGrant(form: Readonly<Record<string, unknown>>): { email: string; password: string } {
  const grantType = parameter(form, 'grant_type', 100);
  if (grantType !== undefined && grantType !== 'password') {
    throw new PasswordGrantRefused('unsupported_grant_type', 'The only grant_type is password.');
  }
  const email = parameter(form, 'username', MAX_EMAIL_CHARACTERS, normaliseEmail);
  const password = parameter(form, 'password', MAX_PASSWORD_CHARACTERS);
  if (email === undefined || password === undefined) {
    throw new PasswordGrantRefused('invalid_request', `The parameter ${email === undefined ? 'username' : 'password'} is missing.`);
  }
  return { email, password };
}

/** A parameter without a value counts as left out (section 3.2). */
function parameter(
  form: Readonly<Record<string, unknown>>,
  name: string,
  maxCharacters: number,
  normalise = (text: string): string => text,
): string | undefined {
  const given = Object.hasOwn(form, name) ? form[name] : undefined;
  const value = typeof given === 'string' ? normalise(given) : given;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || characterCount(value) > maxCharacters) {
    throw new PasswordGrantRefused('invalid_request', `The parameter ${name} is not text of at most ${maxCharacters} characters.`);
  }
  return value;
}

@Catch(PasswordGrantRefused, InvalidInput)
export class PasswordGrantFilter implements ExceptionFilter<PasswordGrantRefused | InvalidInput> {
  catch(refusal: PasswordGrantRefused | InvalidInput, host: ArgumentsHost): void {
    const answer: PasswordGrantErrorView = {
      error: refusal instanceof PasswordGrantRefused ? refusal.error : 'invalid_request',
      // Section 5.2 allows only printable ASCII without quotes and backslashes.
      error_description: (refusal instanceof PasswordGrantRefused ? refusal.message : 'The form is missing or malformed.').replaceAll(
        /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g,
        '?',
      ),
    };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(400).headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' }).send(answer);
  }
}
