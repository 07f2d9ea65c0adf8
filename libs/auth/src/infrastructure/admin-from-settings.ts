import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { EnsureAdmin, EnsureAdminHandler } from '../application/commands/ensure-admin.js';
import { AuthSettings } from '../auth.settings.js';

/** Makes the first admin at start, from ADMIN_EMAIL and ADMIN_PASSWORD. Only an admin can promote others. */
@Injectable()
export class AdminFromSettings implements OnApplicationBootstrap {
  constructor(
    private readonly settings: AuthSettings,
    /** Not the command bus: handlers register in the same phase of the start. */
    private readonly ensureAdmin: EnsureAdminHandler,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.firstAdmin === null) return;
    const { email, password } = this.settings.firstAdmin;
    const outcome = await this.ensureAdmin.execute(new EnsureAdmin(email, password, 'Administrator'));
    if (outcome !== 'was-admin') new Logger('Admin').log(`The admin of ADMIN_EMAIL was ${outcome}`);
  }
}
