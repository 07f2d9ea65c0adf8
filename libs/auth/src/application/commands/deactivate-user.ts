import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Users } from '../../domain/users.js';
import { type UserView, userViewOf } from '../queries/user-view.js';

export class DeactivateUser extends Command<UserView> {
  constructor(readonly userId: string) {
    super();
  }
}

@CommandHandler(DeactivateUser)
export class DeactivateUserHandler implements ICommandHandler<DeactivateUser> {
  constructor(private readonly users: Users) {}

  async execute({ userId }: DeactivateUser): Promise<UserView> {
    return this.users.changeAmongAdmins(userId, (user, otherAdmins) => {
      user.deactivate(otherAdmins);
      return userViewOf(user.state);
    });
  }
}
