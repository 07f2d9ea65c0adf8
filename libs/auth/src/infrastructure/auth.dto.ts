import { Transform } from 'class-transformer';
import { IsEmail, ValidateBy } from 'class-validator';
import { hasHiddenCharacters } from '@app/kernel/text.js';
import { normaliseEmail } from '../domain/email.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { Text } from '@app/platform/http/text.js';

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
export const MAX_EMAIL_CHARACTERS = 254;

/** Of a BCP 47 tag, such as `en` or `pt-BR`. */
const MAX_LANGUAGE_CHARACTERS = 35;

const NormalisedEmail = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normaliseEmail(value) : value));

/** An address that looks like that of somebody else must not become an account: admins choose from what they see. */
const ShowsEachCharacter = () =>
  ValidateBy({
    name: 'visible',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && !hasHiddenCharacters(value),
      defaultMessage: () => 'must not have characters that are invisible',
    },
  });

/** The address of a body that is not checked yet, as the handler will use it. */
export function emailOf(body: unknown): string {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? normaliseEmail(email) : '';
}

export class RegisterRequest {
  /**
   * Case, outer spaces and Unicode composition make no difference.
   * @example "ada@example.org"
   */
  @NormalisedEmail()
  @Text({ max: MAX_EMAIL_CHARACTERS, form: 'as-written' })
  @ShowsEachCharacter()
  @IsEmail()
  email!: string;

  /**
   * Any characters. The most common passwords are refused.
   * @example "seven quiet rows"
   */
  @Text({ min: PASSWORD_LENGTH.min, max: PASSWORD_LENGTH.max, form: 'as-written' })
  password!: string;

  /** @example "Ada Lovelace" */
  @Text({ max: 200 })
  fullName!: string;

  /**
   * Of the mails to the user: `en`, `de`, or another that is set up; `de-AT` stands for `de`. The refusal of an unknown one lists them.
   * @default "en"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_LANGUAGE_CHARACTERS, optional: true, form: 'as-written' })
  language?: string;
}

export class LoginRequest {
  /** @example "ada@example.org" */
  @NormalisedEmail()
  @Text({ max: MAX_EMAIL_CHARACTERS, form: 'as-written' })
  email!: string;

  /** @example "seven quiet rows" */
  @Text({ max: 1_000, form: 'as-written' })
  password!: string;
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
  /** Ignored: all clients have the same rights. */
  client_id?: string;
  /** Ignored. */
  client_secret?: string;
}

export class RefreshTokenRequest {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.qk0mS8Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aZs.r7Tz2Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aQ0k" */
  @Text({ max: 200, form: 'as-written' })
  refreshToken!: string;
}

export class ChangeProfileRequest {
  /** @example "Ada Lovelace" */
  @MayBeLeftOut()
  @Text({ max: 200, optional: true })
  fullName?: string;

  /**
   * Of the mails to the user: `en`, `de`, or another that is set up; `de-AT` stands for `de`. The refusal of an unknown one lists them.
   * @example "de"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_LANGUAGE_CHARACTERS, optional: true, form: 'as-written' })
  language?: string;
}

export class ChangePasswordRequest {
  /** @example "seven quiet rows" */
  @Text({ max: 1_000, form: 'as-written' })
  currentPassword!: string;

  /**
   * Any characters. The most common passwords are refused.
   * @example "eight loud rows"
   */
  @Text({ min: PASSWORD_LENGTH.min, max: PASSWORD_LENGTH.max, form: 'as-written' })
  newPassword!: string;
}

export class EraseUserRequest {
  /**
   * The current one: an erasure cannot be undone.
   * @example "seven quiet rows"
   */
  @Text({ max: 1_000, form: 'as-written' })
  password!: string;
}

export class PasswordResetRequest {
  /** @example "ada@example.org" */
  @NormalisedEmail()
  @Text({ max: MAX_EMAIL_CHARACTERS, form: 'as-written' })
  email!: string;
}

export class EmailVerificationRequest {
  /** @example "ada@example.org" */
  @NormalisedEmail()
  @Text({ max: MAX_EMAIL_CHARACTERS, form: 'as-written' })
  email!: string;
}

export class PasswordResetConfirmation {
  /**
   * From the link of the mail.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.qk0mS8Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aZs"
   */
  @Text({ max: 100, form: 'as-written' })
  token!: string;

  /**
   * Any characters. The most common passwords are refused.
   * @example "eight loud rows"
   */
  @Text({ min: PASSWORD_LENGTH.min, max: PASSWORD_LENGTH.max, form: 'as-written' })
  newPassword!: string;
}

export class VerifyEmailRequest {
  /**
   * From the link of the mail.
   * @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11.qk0mS8Vb5yI4zR2uXw7cN1dE9fG3hJ6kL0pQ8tY5aZs"
   */
  @Text({ max: 100, form: 'as-written' })
  token!: string;
}
