import { errorStatuses } from '@boltorezka/protocol';
import { articleOf } from './article.ts';
import type { ApiDocuments, JsonSchema } from './documents.ts';
import { jsonExample } from './example.ts';
import { type Html, html } from './html.ts';
import { liftTables } from './markdown.ts';
import { idOf, type Names, schemasOf } from './names.ts';
import { inline } from './prose.ts';
import { schemaTable } from './schema-table.ts';

const toKebab = (code: string): string => code.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();

const isErrorCode = (code: string): code is keyof typeof errorStatuses => code in errorStatuses;

/** A refusal of that code as the socket or REST says it, where there is a golden one. */
const refusalOf = (code: string, { fixtures }: ApiDocuments): unknown => {
  const name = toKebab(code);
  const ofRest = [...fixtures].find(
    ([key, value]) => key.startsWith('rest/') && (value as { error?: unknown } | null)?.error === code,
  );
  return fixtures.get(`server/nack.${name}`) ?? fixtures.get(`server/error.${name}`) ?? ofRest?.[1];
};

/** Every error code: what it means, its status over REST, and a refusal that carries it. */
export const errorSection = (documents: ApiDocuments, names: Names): Html => {
  const [table] = liftTables(documents.openApi.info.description).tables;
  return html`
<p>REST answers with <code>error</code> and a status; the socket with <code>code</code>, in ${names.link('nack')} or ${names.link('error')}. <code>message</code> is a sentence for people. Codes are stable, and new ones may come.</p>
${(table?.rows ?? []).map(([code = '', meaning = '']) => {
  const example = refusalOf(code, documents);
  return articleOf({
    id: idOf.error(code),
    level: 3,
    title: html`<code>${code}</code>`,
    told: [
      html`<p>${inline(meaning, names)}</p>`,
      isErrorCode(code) ? html`<p class="soft">Over REST: ${errorStatuses[code]}</p>` : undefined,
    ],
    shown: example === undefined ? [] : [jsonExample('Refusal', example)],
  });
})}`;
};

/** Every code with which the server closes a socket, and what a client does about it. */
export const closeSection = ({ asyncApi }: ApiDocuments, names: Names): Html => {
  const [table] = liftTables(asyncApi.channels.realtime.description).tables;
  return html`
<table class="closes">
<caption>Codes of the close frame</caption>
<thead><tr>${(table?.header ?? []).map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${(table?.rows ?? []).map(
    ([code = '', ...cells]) =>
      html`<tr id="${idOf.close(code)}"><th scope="row"><code>${code}</code></th>${cells.map((cell) => html`<td>${inline(cell, names)}</td>`)}</tr>`,
  )}</tbody>
</table>`;
};

const schemaArticle = (name: string, schema: JsonSchema, names: Names): Html =>
  articleOf({
    id: idOf.schema(name),
    level: 3,
    title: html`<code>${name}</code>`,
    told: [
      schema.description ? html`<p>${inline(schema.description, names)}</p>` : undefined,
      schemaTable(schema.type === 'object' ? 'Fields' : 'Type', schema, names),
    ],
    shown: [],
  });

/** Every schema with a name, of both documents. */
export const schemaSection = (documents: ApiDocuments, names: Names): Html =>
  html`${[...schemasOf(documents)].map(([name, schema]) => schemaArticle(name, schema, names))}`;
