/** Runs requests of a Postman collection with its variables and scripts, as far as ours uses them. */
import { runInNewContext } from 'node:vm';

interface Value {
  readonly key: string;
  readonly value: string;
  readonly disabled?: boolean;
}

interface Event {
  readonly listen: string;
  readonly script: { readonly exec: readonly string[] };
}

interface Item {
  readonly id: string;
  readonly event?: readonly Event[];
  readonly request: {
    readonly method: string;
    readonly auth?: { readonly type: string };
    readonly header: readonly Value[];
    readonly url: { readonly path: readonly string[]; readonly query: readonly Value[]; readonly variable: readonly Value[] };
    readonly body?: { readonly raw?: string };
  };
}

export interface PostmanCollection {
  /** Of every request. */
  readonly event: readonly Event[];
  readonly variable: readonly Value[];
  readonly item: readonly { readonly item: readonly Item[] }[];
}

export class PostmanRunner {
  readonly variables: Map<string, string>;
  readonly #events: readonly Event[];
  readonly #items: ReadonlyMap<string, Item>;

  constructor({ variable, item, event }: PostmanCollection, baseUrl: string) {
    this.#events = event;
    this.variables = new Map(variable.map(({ key, value }) => [key, value]));
    this.variables.set('baseUrl', baseUrl);
    this.#items = new Map(item.flatMap((folder) => folder.item).map((each) => [each.id, each]));
  }

  /** Sends the request as a person does who presses "Send". Returns the status. */
  async send(id: string): Promise<number> {
    const { request, event = [] } = this.#items.get(id)!;
    this.run('prerequest', this.#events);
    const { path, query, variable } = request.url;
    const parts = path.map((part) => (part.startsWith(':') ? this.filled(valueOf(variable, part.slice(1))) : part));
    const search = new URLSearchParams(enabled(query).map(({ key, value }): [string, string] => [key, value])).toString();
    const headers = Object.fromEntries(enabled(request.header).map(({ key, value }) => [key, value]));
    const token = this.variables.get('accessToken') ?? '';
    if (request.auth?.type !== 'noauth' && token !== '') headers['authorization'] = `Bearer ${token}`;
    const response = await fetch(`${this.variables.get('baseUrl')}/${parts.join('/')}${search === '' ? '' : `?${search}`}`, {
      method: request.method,
      headers,
      ...(request.body?.raw !== undefined && { body: this.filled(request.body.raw) }),
    });
    const text = await response.text();
    this.run('test', event, { code: response.status, json: () => JSON.parse(text) as unknown });
    return response.status;
  }

  private run(listener: string, events: readonly Event[], response?: object): void {
    const pm = { response, collectionVariables: { set: (key: string, value: string) => void this.variables.set(key, value) } };
    for (const { listen, script } of events) if (listen === listener) runInNewContext(script.exec.join('\n'), { pm, Date });
  }

  private filled(text: string): string {
    return text.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => this.variables.get(name) ?? placeholder);
  }
}

const enabled = (values: readonly Value[]): Value[] => values.filter(({ disabled }) => disabled !== true);
const valueOf = (values: readonly Value[], name: string): string => values.find(({ key }) => key === name)?.value ?? '';
