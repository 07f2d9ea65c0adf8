/** Puts the auth context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';

@Module({})
export class AuthModule {}

@Module({ imports: [AuthModule] })
export class AuthApi {}

@Module({ imports: [AuthModule] })
export class AuthWorker {}
