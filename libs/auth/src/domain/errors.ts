import { Conflict, Invalid, NotFound } from '@app/kernel/domain-error.js';

export class EmailInUse extends Conflict {
  constructor() {
    super('auth.email-in-use', 'There is already a user with this e-mail address.');
  }
}

export class PasswordOutOfRange extends Invalid {
  constructor({ min, max }: { min: number; max: number }) {
    super('auth.password-out-of-range', `A password has ${min} to ${max} characters.`);
  }
}

export class PasswordTooCommon extends Invalid {
  constructor() {
    super('auth.password-too-common', 'This password is one of the most common, or your e-mail address. Choose another one.');
  }
}

export class EmailMalformed extends Invalid {
  constructor() {
    super('auth.email-malformed', 'This is not an e-mail address.');
  }
}

export class UserNotFound extends NotFound {
  constructor() {
    super('auth.user-not-found', 'There is no such user.');
  }
}

export class LastAdmin extends Conflict {
  constructor() {
    super('auth.last-admin', 'This is the last active admin. Make another user an admin first.');
  }
}

export class UnknownLanguage extends Invalid {
  constructor(language: string, languages: readonly string[]) {
    super('auth.unknown-language', `Mails are not written in the language "${language}".`, { languages });
  }
}

/** A ticket would belong to nobody: the customer cancels first, or waits until the showtimes are over. */
export class ReservationsAhead extends Conflict {
  constructor(reservationIds: readonly string[]) {
    super('auth.reservations-ahead', 'There are paid reservations for showtimes ahead. Cancel them first, or wait until they are over.', {
      reservationIds,
    });
  }
}

/** One refusal for a wrong, an old, a used and an expired token: none tells whether there is a user. */
export class MailTokenInvalid extends Invalid {
  constructor() {
    super('auth.mail-token-invalid', 'This link is wrong, used or expired. Ask for a new one.');
  }
}

export class PasswordWrong extends Invalid {
  constructor() {
    super('auth.password-wrong', 'This is not the current password.');
  }
}

export class ApiKeyNotFound extends NotFound {
  constructor() {
    super('auth.api-key-not-found', 'There is no such API key.');
  }
}

export class ApiKeyExpiryInThePast extends Invalid {
  constructor() {
    super('auth.api-key-expiry-in-the-past', 'An API key must expire in the future.', {
      errors: [{ pointer: '/expiresAt', rule: 'allowed', message: 'is not in the future' }],
    });
  }
}

export class TooManyApiKeys extends Conflict {
  constructor() {
    super('auth.too-many-api-keys', 'This client has two active API keys. Revoke one first.');
  }
}
