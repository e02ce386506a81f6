import { articleOf, groupTitle } from './article.ts';
import type { ApiDocuments, OpenApi, RestOperation } from './documents.ts';
import { codeExample, goldenExamples } from './example.ts';
import { type Html, html, joined } from './html.ts';
import { idOf, type Names } from './names.ts';
import { inline } from './prose.ts';
import { parameterTable, schemaTable, typeOf } from './schema-table.ts';

export interface RestCall {
  method: string;
  path: string;
  operation: RestOperation;
}

const callsOf = ({ paths }: OpenApi): RestCall[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

/** The REST calls by their tag, in the document's order. */
export const restGroups = (openApi: OpenApi): { name: string; description: string; calls: RestCall[] }[] =>
  openApi.tags.map(({ name, description }) => ({
    name,
    description,
    calls: callsOf(openApi).filter(({ operation }) => operation.tags.includes(name)),
  }));

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const addressOf = ({ path, operation }: RestCall, { openApi, fixtures }: ApiDocuments): string => {
  const params = (fixtures.get(`rest/${operation.operationId}.params`) ?? {}) as Record<string, string>;
  const query = (fixtures.get(`rest/${operation.operationId}.query`) ?? {}) as Record<string, string>;
  const filled = path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => params[name] ?? placeholder);
  const search = new URLSearchParams(query).toString();
  return `${openApi.servers[0]?.url ?? ''}${filled}${search === '' ? '' : `?${search}`}`;
};

/** The call as it is typed in a shell. */
export const curlOf = (call: RestCall, documents: ApiDocuments): string => {
  const { method, operation } = call;
  const address = addressOf(call, documents);
  const body = operation.requestBody?.content['application/json'].example;
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${address.includes('?') ? quote(address) : address}`,
    ...(operation.security.length > 0 ? ['-H "authorization: Bearer $TOKEN"'] : []),
    ...(body === undefined
      ? []
      : ["-H 'content-type: application/json'", `-d ${quote(JSON.stringify(body))}`]),
  ].join(' \\\n  ');
};

const isExpanded = (status: string, { $ref }: { $ref?: string | undefined }): boolean =>
  status.startsWith('2') || $ref === undefined;

const answersOf = ({ responses }: RestOperation, names: Names): Html => {
  const all = Object.entries(responses);
  const expanded = all.filter(([status, { content }]) =>
    isExpanded(status, content['application/json'].schema),
  );
  const refusals = all.filter(
    ([status, { content }]) => !isExpanded(status, content['application/json'].schema),
  );
  return html`${expanded.map(([status, { content }]) =>
    schemaTable(`Answer ${status}`, content['application/json'].schema, names),
  )}
<p class="caption">Failures</p>
<ul class="failures">${refusals.map(
    ([status, { description, content }]) =>
      html`<li><span class="status">${status}</span> ${inline(description, names)} <span class="soft">${typeOf(content['application/json'].schema, names)}</span></li>`,
  )}</ul>`;
};

const examplesOf = (call: RestCall, documents: ApiDocuments): Html[] => {
  const { operationId, responses } = call.operation;
  const answers = Object.entries(responses).flatMap(([status, { content }]) =>
    goldenExamples(documents, {
      name: `rest/${operationId}.${status}`,
      caption: `Answer ${status}`,
      fallback: content['application/json'].example,
    }),
  );
  return [codeExample('Call', curlOf(call, documents)), ...answers];
};

const callArticle = (call: RestCall, documents: ApiDocuments, names: Names): Html => {
  const { method, path, operation } = call;
  const { operationId, summary, security, parameters, requestBody } = operation;
  const needsToken = html`<p>Needs <a href="#authentication">a token</a>.</p>`;
  return articleOf({
    id: idOf.rest(operationId),
    title: html`<span class="method">${method}</span> <code>${joined(path.split('/'), '/\u200b')}</code>`,
    told: [
      html`<p class="summary">${inline(summary, names)}</p>`,
      security.length > 0 ? needsToken : undefined,
      ...(['path', 'query'] as const).map((where) => {
        const found = (parameters ?? []).filter((parameter) => parameter.in === where);
        return found.length > 0 ? parameterTable(`In the ${where}`, found, names) : undefined;
      }),
      requestBody ? schemaTable('Body', requestBody.content['application/json'].schema, names) : undefined,
      answersOf(operation, names),
    ],
    shown: examplesOf(call, documents),
  });
};

/** Every REST call, with its parameters, bodies, failures and examples. */
export const restSection = (documents: ApiDocuments, names: Names): Html => html`
${restGroups(documents.openApi).map(
  ({ name, description, calls }) => html`
<section>
<h3 id="rest.${name}">${groupTitle(name)}</h3>
<p>${inline(description, names)}.</p>
${calls.map((call) => callArticle(call, documents, names))}
</section>`,
)}`;
