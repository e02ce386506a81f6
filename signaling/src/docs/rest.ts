import { articleOf, groupTitle } from './article.ts';
import { type ApiDocuments, jsonOf, type OpenApi, type RestOperation } from './documents.ts';
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

const json = ["-H 'content-type: application/json'"];

const bodyOf = ({ requestBody }: RestOperation): string[] => {
  if (!requestBody) return [];
  const content = jsonOf(requestBody.content);
  if (!content) return ["-H 'content-type: application/octet-stream'", '--data-binary @file'];
  return content.example === undefined ? [] : [...json, `-d ${quote(JSON.stringify(content.example))}`];
};

/** A file's bytes would be written on the terminal. */
const outputOf = ({ responses }: RestOperation): string[] =>
  Object.values(responses).some(({ content }) => content && !jsonOf(content)) ? ['-o file'] : [];

/** Where one may also come without a token, one of the ways in is empty. */
const needsToken = ({ security }: RestCall['operation']): boolean =>
  security.length > 0 && !security.some((way) => Object.keys(way as object).length === 0);

/** The call as it is typed in a shell. */
export const curlOf = (call: RestCall, documents: ApiDocuments): string => {
  const { method, operation } = call;
  const address = addressOf(call, documents);
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${address.includes('?') ? quote(address) : address}`,
    ...(needsToken(operation) ? ['-H "authorization: Bearer $TOKEN"'] : []),
    ...bodyOf(operation),
    ...outputOf(operation),
  ].join(' \\\n  ');
};

const isExpanded = (status: string, { $ref }: { $ref?: string | undefined }): boolean =>
  status.startsWith('2') || $ref === undefined;

const answersOf = ({ responses }: RestOperation, names: Names): Html => {
  const all = Object.entries(responses).map(([status, { description, content }]) => {
    const schema = jsonOf(content)?.schema;
    return { status, description, schema, isShown: schema !== undefined && isExpanded(status, schema) };
  });
  const listed = all.filter(({ isShown, schema }) => !isShown && schema);
  const bytes = all.filter(({ schema }) => !schema);
  return html`${bytes.map(
    ({ status, description }) =>
      html`<p class="caption">Answer ${status}</p><p>${inline(description, names)}.</p>`,
  )}
${all.map(({ isShown, schema, status }) => (isShown && schema ? schemaTable(`Answer ${status}`, schema, names) : undefined))}
<p class="caption">Failures</p>
<ul class="failures">${listed.map(
    ({ status, description, schema }) =>
      html`<li><span class="status">${status}</span> ${inline(description, names)} <span class="soft">${typeOf(schema ?? {}, names)}</span></li>`,
  )}</ul>`;
};

/** The table of a body, or that it is a file. */
const bodyTable = ({ requestBody }: RestOperation, names: Names): Html | undefined => {
  const schema = jsonOf(requestBody?.content)?.schema;
  if (schema) return schemaTable('Body', schema, names);
  return requestBody && html`<p class="caption">Body</p><p>The bytes of a file, of any content type.</p>`;
};

const examplesOf = (call: RestCall, documents: ApiDocuments): Html[] => {
  const { operationId, responses } = call.operation;
  const answers = Object.entries(responses).flatMap(([status, { content }]) =>
    goldenExamples(documents, {
      name: `rest/${operationId}.${status}`,
      caption: `Answer ${status}`,
      fallback: jsonOf(content)?.example,
    }),
  );
  return [codeExample('Call', curlOf(call, documents)), ...answers];
};

const callArticle = (call: RestCall, documents: ApiDocuments, names: Names): Html => {
  const { method, path, operation } = call;
  const { operationId, summary, parameters } = operation;
  const tokenNeeded = html`<p>Needs <a href="#authentication">a token</a>.</p>`;
  return articleOf({
    id: idOf.rest(operationId),
    title: html`<span class="method">${method}</span> <code>${joined(path.split('/'), '/\u200b')}</code>`,
    told: [
      html`<p class="summary">${inline(summary, names)}</p>`,
      needsToken(operation) ? tokenNeeded : undefined,
      ...(['path', 'query'] as const).map((where) => {
        const found = (parameters ?? []).filter((parameter) => parameter.in === where);
        return found.length > 0 ? parameterTable(`In the ${where}`, found, names) : undefined;
      }),
      bodyTable(operation, names),
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
