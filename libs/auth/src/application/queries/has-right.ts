import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { HasRight } from '@app/contracts/auth.js';
import { CurrentRights } from '@app/platform/http/access.js';

@QueryHandler(HasRight)
export class HasRightHandler implements IQueryHandler<HasRight> {
  constructor(private readonly rights: CurrentRights) {}

  async execute({ userId, right }: HasRight): Promise<boolean> {
    return (await this.rights.has(userId, right)) === true;
  }
}
