import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MailLanguages } from '@app/contracts/notifications.js';
import { Languages } from '../../domain/language.js';

@QueryHandler(MailLanguages)
export class MailLanguagesHandler implements IQueryHandler<MailLanguages> {
  constructor(private readonly languages: Languages) {}

  execute(): Promise<readonly string[]> {
    return Promise.resolve(this.languages.codes);
  }
}
