import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Erasure } from '../erasure.js';

/**
 * Erases a person who asked for it and cannot log in: without the password. `adminId`: null for an operator at the command line. Throws
 * `ReservationsAhead`, `LastAdmin` or `UserNotFound`.
 */
export class EraseUserAsAdmin extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string | null,
    readonly userId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'auth.erase-user', subject: this.userId };
  }
}

@CommandHandler(EraseUserAsAdmin)
export class EraseUserAsAdminHandler implements ICommandHandler<EraseUserAsAdmin> {
  constructor(private readonly erasure: Erasure) {}

  async execute({ userId }: EraseUserAsAdmin): Promise<void> {
    await this.erasure.erase(userId);
  }
}
