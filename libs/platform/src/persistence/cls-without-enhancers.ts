/**
 * `ClsModule` adds a guard and an interceptor to every route, also where they are switched off and do nothing. An interceptor makes each answer an
 * Observable, which costs a request a tenth of its time. The context of a request is opened by a hook (`request-context.ts`) instead.
 */
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';

type Import = NonNullable<ModuleMetadata['imports']>[number];
type Provider = NonNullable<ModuleMetadata['providers']>[number];

export function withoutEnhancers(module: DynamicModule): DynamicModule {
  return {
    ...module,
    imports: (module.imports ?? []).map((each: Import) => (isDynamic(each) ? withoutEnhancers(each) : each)),
    providers: (module.providers ?? []).filter((each: Provider) => !isEnhancer(each)),
  };
}

function isDynamic(imported: Import): imported is DynamicModule {
  return 'module' in imported;
}

function isEnhancer(provider: Provider): boolean {
  return 'provide' in provider && (provider.provide === APP_GUARD || provider.provide === APP_INTERCEPTOR);
}
