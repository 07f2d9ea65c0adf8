import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { alert } from '@app/platform/telemetry/alert.js';
import { CreateFirstAdmin, CreateFirstAdminHandler, type FirstAdmin } from '../application/commands/create-first-admin.js';
import { AuthSettings } from '../auth.settings.js';
import { EmailInUse } from '../domain/errors.js';
import { FIRST_ADMIN_NOT_CREATED } from '../domain/alert-codes.js';

/** Makes the first admin at start, from ADMIN_EMAIL and ADMIN_PASSWORD. Where that is refused, the process serves nevertheless: an attacker who registers the address must not keep it from starting. */
@Injectable()
export class AdminFromSettings implements OnApplicationBootstrap {
  readonly #logger = new Logger('Admin');

  constructor(
    private readonly settings: AuthSettings,
    private readonly admin: AdminCommands,
    private readonly createFirstAdmin: CreateFirstAdminHandler,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.firstAdmin === null) return;
    const { email, password } = this.settings.firstAdmin;
    try {
      this.report(
        await this.admin.executeAtStart(this.createFirstAdmin, new CreateFirstAdmin({ email, password, fullName: 'Administrator' })),
      );
    } catch (error) {
      if (!(error instanceof EmailInUse)) throw error;
      alert(
        FIRST_ADMIN_NOT_CREATED,
        'There is no admin. The account of ADMIN_EMAIL exists and is not promoted, because anybody may have registered it: set another ADMIN_EMAIL, ' +
          'or check the account and promote it with "create-admin --email ADDRESS --promote-existing"',
      );
    }
  }

  private report({ created, isAdmin }: FirstAdmin): void {
    if (created !== null) this.#logger.log('The admin of ADMIN_EMAIL was created');
    else if (!isAdmin) this.#logger.log('ADMIN_EMAIL makes the first admin only, and there is an admin; "create-admin" makes more');
  }
}
