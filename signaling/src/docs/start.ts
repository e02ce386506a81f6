import type { ApiDocuments } from './documents.ts';
import { codeExample, goldenExamples } from './example.ts';
import { type Html, html } from './html.ts';
import type { Names } from './names.ts';
import { inline, paragraphsOf } from './prose.ts';
import { curlOf, restGroups } from './rest.ts';
import { schemaTable } from './schema-table.ts';

const errorsLink = html`the <a href="#errors">error codes</a> below.`;
const closesLink = html`the <a href="#close-codes">close codes</a> below.`;

const callExample = (documents: ApiDocuments, operationId: string): Html[] =>
  restGroups(documents.openApi)
    .flatMap(({ calls }) => calls)
    .filter(({ operation }) => operation.operationId === operationId)
    .map((call) => codeExample(call.operation.summary, curlOf(call, documents)));

const authentication = (documents: ApiDocuments, names: Names): Html => html`
<section class="split">
<div class="told">
<h3 id="authentication">Authentication</h3>
<p>${inline(documents.openApi.components.securitySchemes.bearer.description, names)} REST takes it in the header <code>authorization: Bearer &lt;token&gt;</code>, the socket in its query. It holds until it runs out or its session ends.</p>
</div>
<div class="shown">
${['auth.register', 'auth.login', 'auth.me'].flatMap((id) => callExample(documents, id))}
</div>
</section>`;

const socket = (documents: ApiDocuments, names: Names): Html => {
  const { channels, servers } = documents.asyncApi;
  const { address, description, bindings } = channels.realtime;
  const command = `wscat -c "ws://${servers.local.host}${address}?token=$TOKEN"`;
  const first = goldenExamples(documents, { name: 'server/server.ready', caption: 'The first frame' });
  return html`
<section class="split">
<div class="told">
<h3 id="the-socket">The socket</h3>
${paragraphsOf(description, names, closesLink)}
${schemaTable('Query', bindings.ws.query, names)}
</div>
<div class="shown">${codeExample('Open', command)}${first}</div>
</section>`;
};

const frames = (documents: ApiDocuments, names: Names): Html => html`
<section class="split">
<div class="told">
<h3 id="frames">Frames</h3>
${paragraphsOf(documents.asyncApi.info.description, names, errorsLink)}
</div>
<div class="shown">
${goldenExamples(documents, { name: 'client/ping', caption: 'A request' })}
${goldenExamples(documents, { name: 'server/ack.ping', caption: 'Its answer' })}
${goldenExamples(documents, { name: 'server/nack.room-not-found', caption: 'A refusal' })}
</div>
</section>`;

/** Over REST `error` is a field; the event of that name is the socket's. */
const restNames = (names: Names): Names => ({
  ...names,
  link: (name) => (name === 'error' ? html`<code>error</code>` : names.link(name)),
});

/** What a client does first: get a token, call, open the socket. */
export const startSection = (documents: ApiDocuments, names: Names): Html => html`
<section>
<h3 id="rest-api">REST</h3>
${paragraphsOf(documents.openApi.info.description, restNames(names), errorsLink)}
<p>The examples name <code>${documents.openApi.servers[0]?.url}</code>; put the address of your server there.</p>
</section>
${authentication(documents, names)}
${socket(documents, names)}
${frames(documents, names)}`;
