/**
 * Runs workflows of an Arazzo document: steps with operations or workflows, parameters, JSON and form bodies, outputs, simple conditions with `==`, and
 * retries. Redocly's `respect` ends on our document with an exit code and without a word, so it cannot say what is wrong.
 */
import { setTimeout as pause } from 'node:timers/promises';

type Values = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in?: 'path' | 'query' | 'header';
  readonly value: unknown;
}

interface Step {
  readonly stepId: string;
  readonly operationId?: string;
  readonly workflowId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly contentType: string; readonly payload: unknown };
  readonly successCriteria?: readonly { readonly condition: string }[];
  readonly onFailure?: readonly { readonly type: string; readonly retryAfter: number; readonly retryLimit: number }[];
  readonly outputs?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly workflowId: string;
  readonly inputs?: { readonly required?: readonly string[] };
  readonly steps: readonly Step[];
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface ArazzoDocument {
  readonly workflows: readonly Workflow[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
}

/** By the name of the source description. */
export type Sources = Readonly<Record<string, { readonly document: OpenApi; readonly url: string }>>;

/** What an expression may name. */
interface Scope {
  readonly inputs: Values;
  readonly steps: Record<string, { readonly outputs: Values }>;
  readonly outputs?: Values;
  readonly statusCode?: number;
  readonly body?: unknown;
}

export class ArazzoRunner {
  constructor(
    private readonly document: ArazzoDocument,
    private readonly sources: Sources,
  ) {}

  /** Returns the outputs. Throws an Error that names the step and its last answer. */
  async run(workflowId: string, inputs: Values): Promise<Values> {
    const workflow = this.document.workflows.find((each) => each.workflowId === workflowId);
    if (workflow === undefined) throw new Error(`There is no workflow ${workflowId}.`);
    const missing = (workflow.inputs?.required ?? []).filter((name) => inputs[name] === undefined);
    if (missing.length > 0) throw new Error(`${workflowId} needs the inputs ${missing.join(', ')}.`);
    const scope: Scope = { inputs, steps: {} };
    for (const step of workflow.steps)
      scope.steps[step.stepId] = { outputs: await this.runStep(`${workflowId}.${step.stepId}`, step, scope) };
    return resolved(workflow.outputs ?? {}, scope) as Values;
  }

  private async runStep(name: string, step: Step, scope: Scope): Promise<Values> {
    if (step.workflowId !== undefined) {
      const inputs = Object.fromEntries((step.parameters ?? []).map(({ name: input, value }) => [input, resolved(value, scope)]));
      return resolved(step.outputs ?? {}, { ...scope, outputs: await this.run(step.workflowId, inputs) }) as Values;
    }
    const [retry] = step.onFailure ?? [];
    for (let attempt = 0; ; attempt++) {
      const answer = await this.send(step, scope);
      const after = { ...scope, ...answer };
      const broken = (step.successCriteria ?? []).filter(({ condition }) => !holds(condition, after));
      if (broken.length === 0) return resolved(step.outputs ?? {}, after) as Values;
      if (retry?.type !== 'retry' || attempt >= retry.retryLimit)
        throw new Error(
          `${name}: ${broken.map(({ condition }) => condition).join(', ')}; got ${answer.statusCode} ${JSON.stringify(answer.body)}`,
        );
      await pause(retry.retryAfter * 1_000);
    }
  }

  private async send(step: Step, scope: Scope): Promise<{ statusCode: number; body: unknown }> {
    const { method, url, path } = this.operation(step.operationId ?? '');
    const parameters = (step.parameters ?? []).map((parameter) => ({ ...parameter, value: String(resolved(parameter.value, scope)) }));
    const of = (place: string): [string, string][] =>
      parameters.filter((each) => each.in === place).map(({ name, value }) => [name, value]);
    const pathValues = new Map(of('path'));
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathValues.get(name) ?? ''));
    const { contentType, payload } = step.requestBody ?? {};
    const body = resolved(payload, scope);
    const response = await fetch(`${url}${filled}?${new URLSearchParams(Object.fromEntries(of('query'))).toString()}`, {
      method,
      headers: { ...Object.fromEntries(of('header')), ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined
        ? {}
        : {
            body:
              contentType === 'application/json' ? JSON.stringify(body) : new URLSearchParams(body as Record<string, string>).toString(),
          }),
    });
    const text = await response.text();
    return { statusCode: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** `$sourceDescriptions.cinema.holdSeats` */
  private operation(reference: string): { method: string; url: string; path: string } {
    const [, source = '', id = ''] = /^\$sourceDescriptions\.(\w+)\.(\w+)$/.exec(reference) ?? [];
    const { document, url } = this.sources[source] ?? {};
    for (const [path, item] of Object.entries(document?.paths ?? {}))
      for (const [method, { operationId }] of Object.entries(item))
        if (operationId === id) return { method: method.toUpperCase(), url: url!, path };
    throw new Error(`There is no operation ${reference}.`);
  }
}

/** Replaces expressions in texts, lists and objects. */
function resolved(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, scope));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolved(inner, scope)]));
  if (typeof value !== 'string') return value;
  if (value.startsWith('$')) return valueOf(value, scope);
  return value.replaceAll(/\{(\$[^}]+)\}/g, (_, expression: string) => String(valueOf(expression, scope)));
}

function valueOf(expression: string, scope: Scope): unknown {
  const [head = '', pointer] = expression.split('#');
  const [root, ...names] = head.slice(1).split('.');
  if (root === 'response') return at(scope.body, (pointer ?? '').split('/').slice(1));
  if (root === 'statusCode') return scope.statusCode;
  return at(scope, [root ?? '', ...names]);
}

const at = (value: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value);

/** `$statusCode == 200`, `$response.body#/status == 'held'` */
function holds(condition: string, scope: Scope): boolean {
  const [, left = '', right = ''] = /^(\S+) == (.+)$/.exec(condition) ?? [];
  if (left === '') throw new Error(`This condition is not understood: ${condition}`);
  return String(valueOf(left, scope)) === right.replaceAll(/^'|'$/g, '');
}
