/** Puts the payments context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';

@Module({})
export class PaymentsModule {}

@Module({ imports: [PaymentsModule] })
export class PaymentsApi {}

@Module({ imports: [PaymentsModule] })
export class PaymentsWorker {}
