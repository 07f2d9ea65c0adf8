import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { UserRole } from '@app/contracts/auth.js';
import { newId } from '@app/kernel/id.js';
import { DerivedTokens } from '../../domain/derived-tokens.js';
import { normaliseEmail } from '../../domain/email.js';
import { Passwords } from '../../domain/passwords.js';
import { Session } from '../../domain/session.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';
import { AuthSettings } from '../../auth.settings.js';

export interface LoggedInUser {
  readonly userId: string;
  readonly role: UserRole;
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** Null for an unknown address, a wrong password and a deactivated user, after the same time, so that the answer does not show which of them it was. */
export class LogIn extends Command<LoggedInUser | null> {
  constructor(
    readonly email: string,
    readonly password: string,
  ) {
    super();
  }
}

/** Begins a session. */
@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly tokens: DerivedTokens,
    private readonly settings: AuthSettings,
  ) {}

  async execute({ email, password }: LogIn): Promise<LoggedInUser | null> {
    const user = await this.users.withEmail(normaliseEmail(email));
    const matches = await this.passwords.verify(password, user?.state.passwordHash ?? null);
    if (!matches || !user?.state.active) return null;
    const { sessionLifetimes: lifetimes } = this.settings;
    const id = newId();
    const refreshToken = this.tokens.firstRefreshToken(id);
    const session = Session.begin({ id, userId: user.id, refreshToken, lifetimes, now: new Date() });
    const isAdded = await this.sessions.add(session, user.state.passwordHash);
    return isAdded ? { userId: user.id, role: user.state.role, sessionId: id, refreshToken } : null;
  }
}
