import { articleOf, groupsOf, groupTitle } from './article.ts';
import type { ApiDocuments, AsyncApi, Message, SocketOperation } from './documents.ts';
import { goldenExamples } from './example.ts';
import { type Html, html } from './html.ts';
import { idOf, type Names } from './names.ts';
import { inline } from './prose.ts';
import { schemaTable } from './schema-table.ts';

export interface SocketCall {
  /** The frame's type. */
  name: string;
  operation: SocketOperation;
}

/** Requests (what a client sends) or events (what the server tells), by the first word of their type. */
export const socketGroups = (
  { operations }: AsyncApi,
  kind: 'requests' | 'events',
): [string, SocketCall[]][] => {
  const action = kind === 'requests' ? 'receive' : 'send';
  const calls = Object.entries(operations)
    .filter(([, operation]) => operation.action === action)
    .map(([name, operation]) => ({ name, operation }));
  return groupsOf(calls, 'connection');
};

const payloadTable = (caption: string, { payload }: Message, names: Names): Html => {
  const schema = payload.properties?.payload ?? {};
  return schemaTable(
    payload.required?.includes('payload') ? caption : `${caption}, may be left out`,
    schema,
    names,
  );
};

const exampleOf = (message: Message | undefined): unknown => message?.examples?.[0]?.payload;

const callArticle = ({ name, operation }: SocketCall, documents: ApiDocuments, names: Names): Html => {
  const { messages } = documents.asyncApi.components;
  const { [name]: frame, [`${name}.ack`]: ack } = messages;
  const isRequest = operation.action === 'receive';
  return articleOf({
    id: idOf.socket(name),
    title: html`<code>${name}</code>`,
    told: [
      html`<p class="summary">${inline(operation.summary, names)}</p>`,
      operation.description ? html`<p>${inline(operation.description, names)}</p>` : undefined,
      frame ? payloadTable('Payload', frame, names) : undefined,
      isRequest && ack ? payloadTable('Answer: payload of ack', ack, names) : undefined,
    ],
    shown: [
      ...goldenExamples(documents, {
        name: `${isRequest ? 'client' : 'server'}/${name}`,
        caption: isRequest ? 'Send' : 'Receive',
        fallback: exampleOf(frame),
      }),
      ...(isRequest
        ? goldenExamples(documents, {
            name: `server/ack.${name}`,
            caption: 'Answer',
            fallback: exampleOf(ack),
          })
        : []),
    ],
  });
};

const nackArticle = ({ asyncApi }: ApiDocuments, names: Names): Html | undefined => {
  const { nack } = asyncApi.components.messages;
  if (!nack) return undefined;
  return articleOf({
    id: idOf.socket('nack'),
    title: html`<code>nack</code>`,
    told: [
      html`<p class="summary">${inline(nack.summary, names)}</p>`,
      html`<p>Its <a href="#errors">code</a> says why.</p>`,
      payloadTable('Payload', nack, names),
    ],
    shown: [],
  });
};

/** Every request or every event, with its payload, its answer and golden frames. */
export const socketSection = (
  documents: ApiDocuments,
  names: Names,
  kind: 'requests' | 'events',
): Html => html`
${socketGroups(documents.asyncApi, kind).map(
  ([group, calls]) => html`
<section>
<h3 id="${kind}.${group}">${groupTitle(group)}</h3>
${calls.map((call) => callArticle(call, documents, names))}
</section>`,
)}
${
  kind === 'requests'
    ? html`
<section>
<h3 id="requests.refusal">Refusal</h3>
${nackArticle(documents, names)}
</section>`
    : undefined
}`;
