/** What admins ask about mails. */
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { MAIL_STATUSES, type MailStatus } from '../domain/mail.js';

export class MailsRequest extends PageRequest {
  /** Only mails of this status. */
  @IsOptional()
  @IsIn(MAIL_STATUSES)
  @ApiProperty({ required: false, enum: MAIL_STATUSES, enumName: 'MailStatus' })
  status?: MailStatus;

  /** Only mails for this user. */
  @IsOptional()
  @IsUUID()
  @ApiProperty({ required: false, format: 'uuid' })
  userId?: string;

  /** Only mails about this reservation. */
  @IsOptional()
  @IsUUID()
  @ApiProperty({ required: false, format: 'uuid' })
  reservationId?: string;
}
