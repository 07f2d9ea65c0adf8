import { Injectable } from '@nestjs/common';
import { CurrentRoles } from '@app/platform/http/access.js';
import { Database } from '@app/platform/persistence/database.js';
import type { Role } from '../domain/user.js';

@Injectable()
export class PostgresCurrentRoles extends CurrentRoles {
  constructor(private readonly database: Database) {
    super();
  }

  async roleOf(userId: string): Promise<Role | null> {
    const [row] = await this.database.prepared<{ role: Role }>('SELECT role FROM auth.users WHERE id = $1 AND active', [userId]);
    return row?.role ?? null;
  }
}
