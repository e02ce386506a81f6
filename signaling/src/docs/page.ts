import { groupTitle } from './article.ts';
import type { ApiDocuments } from './documents.ts';
import { type Html, html } from './html.ts';
import { createNames, idOf, type Names, schemasOf } from './names.ts';
import { closeSection, errorSection, schemaSection } from './reference.ts';
import { restGroups, restSection } from './rest.ts';
import { socketGroups, socketSection } from './socket.ts';
import { startSection } from './start.ts';

interface Entry {
  href: string;
  text: Html;
}

const list = (entries: Entry[]): Html =>
  html`<ul>${entries.map(({ href, text }) => html`<li><a href="#${href}">${text}</a></li>`)}</ul>`;

const group = (title: string, entries: Entry[]): Html => html`<h3>${title}</h3>${list(entries)}`;

const restEntries = ({ openApi }: ApiDocuments): Html[] =>
  restGroups(openApi).map(({ name, calls }) =>
    group(
      groupTitle(name),
      calls.map(({ method, path, operation }) => ({
        href: idOf.rest(operation.operationId),
        text: html`<span class="method">${method}</span> <code>${path}</code>`,
      })),
    ),
  );

const socketEntries = ({ asyncApi }: ApiDocuments, kind: 'requests' | 'events'): Html[] =>
  socketGroups(asyncApi, kind).map(([name, calls]) =>
    group(
      groupTitle(name),
      calls.map((call) => ({ href: idOf.socket(call.name), text: html`<code>${call.name}</code>` })),
    ),
  );

const contents = (documents: ApiDocuments): Html => html`
<h2><a href="#start">Start</a></h2>
${list([
  { href: 'authentication', text: html`Authentication` },
  { href: 'the-socket', text: html`The socket` },
  { href: 'frames', text: html`Frames` },
])}
<h2><a href="#rest">REST</a></h2>
${restEntries(documents)}
<h2><a href="#requests">Socket: requests</a></h2>
${socketEntries(documents, 'requests')}
<h2><a href="#events">Socket: events</a></h2>
${socketEntries(documents, 'events')}
<h2><a href="#errors">Error codes</a></h2>
<h2><a href="#close-codes">Close codes</a></h2>
<h2><a href="#schemas">Schemas</a></h2>
${list([...schemasOf(documents).keys()].map((name) => ({ href: idOf.schema(name), text: html`<code>${name}</code>` })))}`;

const sections = (documents: ApiDocuments, names: Names): { id: string; title: string; body: Html }[] => [
  { id: 'start', title: 'Start', body: startSection(documents, names) },
  { id: 'rest', title: 'REST', body: restSection(documents, names) },
  {
    id: 'requests',
    title: 'Socket: requests',
    body: html`<p>What a client sends. Fields are those of <code>payload</code>.</p>${socketSection(documents, names, 'requests')}`,
  },
  {
    id: 'events',
    title: 'Socket: events',
    body: html`<p>What the server tells without being asked. Fields are those of <code>payload</code>.</p>${socketSection(documents, names, 'events')}`,
  },
  { id: 'errors', title: 'Error codes', body: errorSection(documents, names) },
  { id: 'close-codes', title: 'Close codes', body: closeSection(documents, names) },
  { id: 'schemas', title: 'Schemas', body: schemaSection(documents, names) },
];

const head = html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API · Boltorezka</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
</head>`;

/** Both documents as one page, in HTML alone: it needs no script, and nothing from anywhere else. */
export const renderPage = (documents: ApiDocuments): string => {
  const names = createNames(documents);
  return html`<!doctype html>
<html lang="en">
${head}
<body>
<a class="skip" href="#main">Skip to the text</a>
<header>
<p class="brand"><a href="/docs">Boltorezka API</a> <span class="soft">${documents.openApi.info.version}</span></p>
<a class="to-contents" href="#contents">Contents</a>
</header>
<nav id="contents" aria-label="Contents" tabindex="0">
<details>
<summary>Contents</summary>
<div class="entries">${contents(documents)}</div>
</details>
</nav>
<main id="main" tabindex="-1">
<h1>Boltorezka API</h1>
<p class="lead">REST for accounts, rooms and history; one WebSocket for everything that happens live. This page is made from the documents that the server's own schemas generate: <a href="/docs/openapi.json">OpenAPI</a> and <a href="/docs/asyncapi.json">AsyncAPI</a>.</p>
${sections(documents, names).map(
  ({ id, title, body }) => html`
<section class="part">
<h2 id="${id}">${title}</h2>
${body}
</section>`,
)}
</main>
</body>
</html>
`.text;
};
