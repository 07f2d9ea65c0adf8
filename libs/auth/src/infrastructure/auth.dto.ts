import { Transform } from 'class-transformer';
import { IsEmail, IsNotEmpty, IsString, MaxLength, MinLength } from 'class-validator';
import { normaliseEmail } from '../domain/email.js';
import { PASSWORD_LENGTH } from '../domain/password.js';

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
export const EMAIL_MAX = 254;

const NormalisedEmail = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseEmail(value) : value));
const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class RegisterRequest {
  /**
   * Case, spaces around it and Unicode composition make no difference.
   * @example "ada@example.org"
   */
  @NormalisedEmail()
  @IsString()
  @MaxLength(EMAIL_MAX)
  @IsEmail()
  email!: string;

  /**
   * Any characters; the commonest passwords are refused.
   * @example "seven quiet rows"
   */
  @IsString()
  @MinLength(PASSWORD_LENGTH.min)
  @MaxLength(PASSWORD_LENGTH.max)
  password!: string;

  /** @example "Ada Lovelace" */
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  fullName!: string;
}

export class LoginRequest {
  /** @example "ada@example.org" */
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  email!: string;

  /** @example "seven quiet rows" */
  @IsString()
  @IsNotEmpty()
  @MaxLength(1_000)
  password!: string;
}

export class UserResponse {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "ada@example.org" */
  email!: string;
  /** @example "Ada Lovelace" */
  fullName!: string;
  /** @example "customer" */
  role!: 'customer' | 'admin';
  /** @example true */
  active!: boolean;
  /** @example "2026-11-21T19:00:00.000Z" */
  createdAt!: string;
}

export class TokensResponse {
  /** @example "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhOWQxZSJ9.c2lnbmF0dXJl" */
  accessToken!: string;
  /** @example "Bearer" */
  tokenType!: 'Bearer';
  /**
   * Seconds.
   * @example 600
   */
  expiresIn!: number;
}

/** The password form of RFC 6749, 4.3.2. */
export class PasswordGrantRequest {
  /**
   * May be left out.
   * @example "password"
   */
  grant_type?: string;
  /**
   * The e-mail address.
   * @example "ada@example.org"
   */
  username!: string;
  /** @example "seven quiet rows" */
  password!: string;
  /** Ignored. */
  scope?: string;
  /** Ignored: there are no clients to tell apart. */
  client_id?: string;
  /** Ignored. */
  client_secret?: string;
}

/** RFC 6749, 5.1. */
export class PasswordGrantResponse {
  /** @example "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTlhOWQxZSJ9.c2lnbmF0dXJl" */
  access_token!: string;
  /** @example "bearer" */
  token_type!: 'bearer';
  /**
   * Seconds.
   * @example 600
   */
  expires_in!: number;
}

/** RFC 6749, 5.2. */
export class PasswordGrantRefusalResponse {
  /** @example "invalid_grant" */
  error!: 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type';
  /** @example "The e-mail address or the password is wrong." */
  error_description!: string;
}
