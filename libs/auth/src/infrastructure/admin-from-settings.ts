import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '@app/platform/config/settings.js';
import { EnsureAdmin, EnsureAdminHandler } from '../application/commands/ensure-admin.js';

/** The first admin, from ADMIN_EMAIL and ADMIN_PASSWORD: somebody must be able to promote the others. */
@Injectable()
export class AdminFromSettings implements OnApplicationBootstrap {
  constructor(
    private readonly settings: Settings,
    /** Not through the command bus: handlers register in the same phase of the start. */
    private readonly ensureAdmin: EnsureAdminHandler,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.admin === null) return;
    const { email, password } = this.settings.admin;
    const outcome = await this.ensureAdmin.execute(new EnsureAdmin(email, password, 'Administrator'));
    if (outcome !== 'was-admin') new Logger('Admin').log(`The admin of the settings was ${outcome}`);
  }
}
