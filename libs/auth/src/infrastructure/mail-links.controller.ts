import { setTimeout as pause } from 'node:timers/promises';
import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { withoutSlot } from '@app/platform/concurrency/admission.js';
import { Public } from '@app/platform/http/access/route-access.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited, RateLimits } from '@app/platform/http/limits/rate-limit.js';
import { RequestEmailVerification } from '../application/commands/request-email-verification.js';
import { RequestPasswordReset } from '../application/commands/request-password-reset.js';
import { ResetPassword } from '../application/commands/reset-password.js';
import { VerifyEmail } from '../application/commands/verify-email.js';
import { MailTokenInvalid, PasswordOutOfRange, PasswordTooCommon } from '../domain/errors.js';
import { PASSWORD_LENGTH } from '../domain/password.js';
import { EmailVerificationRequest, PasswordResetConfirmation, PasswordResetRequest, VerifyEmailRequest } from './auth.dto.js';
import { KnownNetworks } from './known-networks.js';
import { EMAIL_VERIFICATIONS, LOGIN_PER_ADDRESS, PASSWORD_RESETS, PASSWORD_RESETS_OF_ACCOUNT } from './rate-limits.js';

/** Far more than the work takes: the time of the answer does not show whether there is a user. */
const ANSWER_MS = 300;

@ApiTags('auth')
@Controller('auth')
export class MailLinksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly limits: RateLimits,
    private readonly networks: KnownNetworks,
  ) {}

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS)
  @Post('password-reset')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'requestPasswordReset',
    summary: 'Ask for a link for a new password, by mail',
    description: 'The answer is the same for an unknown address. The link is good once, for 30 minutes; a newer one makes it void.',
  })
  async requestPasswordReset(@Ip() ip: string, @Body() { email }: PasswordResetRequest): Promise<void> {
    await this.limits.consume(PASSWORD_RESETS, { email, ip });
    await this.limits.consume(PASSWORD_RESETS_OF_ACCOUNT, { email });
    const work = this.commands.execute(new RequestPasswordReset(email));
    await withoutSlot(() => Promise.all([work, pause(ANSWER_MS)]));
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS)
  @Post('password-reset/confirm')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'confirmPasswordReset',
    summary: 'Set a new password with the link of the mail',
    description: 'Ends all sessions of the user within a second.',
  })
  @Problems(new MailTokenInvalid(), new PasswordTooCommon(), new PasswordOutOfRange(PASSWORD_LENGTH))
  async confirmPasswordReset(@Ip() ip: string, @Body() { token, newPassword }: PasswordResetConfirmation): Promise<void> {
    // The user who opened the mail is the owner: a login from this network is not that of an attacker.
    await this.networks.remember(await this.commands.execute(new ResetPassword(token, newPassword)), ip);
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS)
  @Post('email-verification')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'requestEmailVerification',
    summary: 'Ask for another link that verifies an e-mail address, by mail',
    description:
      'The answer is the same for an unknown and a verified address. The link is good once, for 48 hours; a newer one makes it void.',
  })
  async requestEmailVerification(@Body() { email }: EmailVerificationRequest): Promise<void> {
    await this.limits.consume(EMAIL_VERIFICATIONS, { email });
    const work = this.commands.execute(new RequestEmailVerification(email));
    await withoutSlot(() => Promise.all([work, pause(ANSWER_MS)]));
  }

  @Public()
  @RateLimited(LOGIN_PER_ADDRESS)
  @Post('verify-email')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'verifyEmail',
    summary: 'Verify an e-mail address with the link of the mail',
    description: 'The link is good once, for 48 hours. Nothing is forbidden to a user whose address is not verified.',
  })
  @Problems(new MailTokenInvalid())
  async verifyEmail(@Body() { token }: VerifyEmailRequest): Promise<void> {
    await this.commands.execute(new VerifyEmail(token));
  }
}
