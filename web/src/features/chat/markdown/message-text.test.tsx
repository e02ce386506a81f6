import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../../test/messages.ts';
import { parseInline } from './inline.ts';
import { DrawnText } from './message-text.tsx';
import { toPlainText } from './plain-text.ts';

const render = (text: string): string =>
  renderToStaticMarkup(
    <DrawnText
      message={sentMessage({ text })}
      meId="me"
      parseInline={parseInline}
      colours={null}
      onCopy={() => undefined}
    />,
  )
    // The button that copies code is no part of what was written.
    .replaceAll(/<button.*?<\/button>/gs, '');

/** What stands inside the message, without classes. */
const html = (text: string): string =>
  render(text)
    .replace(/^<div[^>]*>(.*)<\/div>$/s, '$1')
    .replaceAll(/ class="[^"]*"/g, '');

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
const textOf = (text: string): string => unescaped(render(text).replaceAll(/<[^>]*>/g, ''));

const link = (href: string, text = href): string =>
  `<span><a href="${href}" title="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a></span>`;

describe('marks are drawn', () => {
  it.each<[string, string]>([
    ['**bold**', '<p><strong>bold</strong></p>'],
    ['*italic* and _italic_', '<p><em>italic</em> and <em>italic</em></p>'],
    ['~~struck~~', '<p><s>struck</s></p>'],
    ['***both***', '<p><em><strong>both</strong></em></p>'],
    ['`a *b* <c>`', '<p><code>a *b* &lt;c&gt;</code></p>'],
    ['```\n<b>&\n```', '<div data-testid="chat-code"><pre><code>&lt;b&gt;&amp;</code></pre></div>'],
    ['```ts\nx\n```', '<div data-testid="chat-code"><p>ts</p><pre><code>x</code></pre></div>'],
    ['> quoted\nanswered', '<blockquote><p>quoted</p></blockquote><p>answered</p>'],
    ['- a\n- **b**', '<ul><li><p>a</p></li><li><p><strong>b</strong></p></li></ul>'],
    ['2. a\n4. b', '<ol><li value="2"><p>a</p></li><li value="4"><p>b</p></li></ol>'],
    ['see https://example.org/a_b_c?x=1', `<p>see ${link('https://example.org/a_b_c?x=1')}</p>`],
    ['(https://example.org).', `<p>(${link('https://example.org')}).</p>`],
    ['**https://example.org**', `<p><strong>${link('https://example.org')}</strong></p>`],
    ['[words](https://example.org)', `<p>${link('https://example.org', 'words')}</p>`],
    ['anna@example.org', `<p>${link('mailto:anna@example.org', 'anna@example.org')}</p>`],
  ])('%j', (text, expected) => {
    expect(html(text)).toBe(expected);
  });
});

describe('what is no mark is shown exactly as it was written', () => {
  it.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '&lt;b&gt; &amp; &nbsp; &#60;',
    '*',
    '* *',
    'a * b * c',
    '2*3*4',
    'snake_case_name __init__.py',
    '____ ___',
    '~approx~',
    '# heading',
    '![picture](https://example.org/a.png)',
    '[ ] to do, [x] done',
    '[text]()',
    'C:\\_new\\*.txt',
    '¯\\_(ツ)_/¯',
    '\\*not italic\\*',
    'readme.md and main.rs',
    '  two  spaces\n\n\nand lines\tand tabs',
    '|a|b|\n|-|-|',
    'a\n===',
    '[a]: https://example.org',
    'ftp://example.org //example.org',
  ])('%j', (text) => {
    expect(textOf(text)).toBe(text);
  });

  it('shows a picture and raw HTML as text, and makes no element of them', () => {
    expect(html('<b>a</b> ![b](c)')).toBe('<p>&lt;b&gt;a&lt;/b&gt; ![b](c)</p>');
  });
});

describe('attacks', () => {
  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](&#106;avascript:alert(1))',
    '[a](java\nscript:alert(1))',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](//example.org)',
    '[a](/v1/auth/logout)',
    '[a](blob:https://example.org/1)',
    '<javascript:alert(1)>',
    'javascript://example.org/%0aalert(1)',
    '[a]( javascript:alert(1))',
    '[a](\u0001javascript:alert(1))',
  ])('%j leads nowhere', (text) => {
    expect(html(text)).not.toMatch(/href="(?!https?:\/\/|mailto:)/);
    expect(html(text)).not.toContain('<script');
  });

  it('a quote in an address stays inside its attribute', () => {
    expect(html('https://example.org/"onmouseover="alert(1)')).not.toMatch(/ onmouseover=/);
    expect(html('[a](https://example.org/"onmouseover="alert(1))')).not.toMatch(/<a[^>]* onmouseover=/);
  });

  it('a host that looks like another is shown as it will be opened', () => {
    expect(html('https://аpple.com/x')).toBe(`<p>${link('https://xn--pple-43d.com/x')}</p>`);
    expect(textOf('https://example.org/\u202Egpj.exe')).not.toContain('\u202E');
  });

  it('an address in another script stays readable where the host is plain', () => {
    expect(textOf('https://ru.wikipedia.org/wiki/Чат')).toBe('https://ru.wikipedia.org/wiki/Чат');
  });

  it('words that name another host than the link leads to do not hide where it leads', () => {
    expect(textOf('[bank.com](https://evil.example/)')).toBe('bank.com (evil.example)');
    expect(textOf('[https://bank.com/a](https://evil.example/)')).toContain('(evil.example)');
    expect(textOf('[www.bank.com](https://bank.com/)')).toBe('www.bank.com');
  });

  const long = (text: string) => text.repeat(Math.ceil(4000 / text.length)).slice(0, 4000);
  it.each<[string, string]>([
    ['nested quotes', long('>')],
    ['nested quotes with spaces', long('> ')],
    ['nested lists', long('- ')],
    ['numbered lists', long('1. ')],
    [
      'an indented staircase',
      Array.from({ length: 88 }, (_, n) => `${' '.repeat(n)}- a`)
        .join('\n')
        .slice(0, 4000),
    ],
    ['open brackets', long('[')],
    ['links in links', long('[a](')],
    ['closed brackets', `${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['bold in bold', `${'**'.repeat(999)}a${'**'.repeat(999)}`],
    ['emphasis that opens', long('*a ')],
    ['emphasis that opens and closes', long('*a_ ')],
    ['mixed marks', long('*_~~')],
    [
      'backticks',
      Array.from({ length: 88 }, (_, n) => '`'.repeat(n))
        .join(' ')
        .slice(0, 4000),
    ],
    ['backslashes', long('\\')],
    ['addresses', long('http://')],
    ['short addresses', long('http://a.b ')],
    ['mail addresses', long('a@')],
    ['mail-like text', `${'a.'.repeat(1999)}@`],
    ['mailto', long('mailto:')],
    ['blank lines', long('\n')],
    ['blank lines in a list', `- a${long('\n').slice(4)}b`],
    ['items and blank lines', long('- a\n\n')],
    ['colons', long('a://')],
    ['emoji', long('👍')],
  ])('%s: 4,000 characters are read in a moment, and drawn not deeply', (_, text) => {
    // The best of many: what else the machine does is not the reader's.
    const tookMs = Math.min(
      ...Array.from({ length: 20 }, () => {
        const startedAt = performance.now();
        toPlainText(text, text.length, parseInline);
        return performance.now() - startedAt;
      }),
    );
    const markup = render(text);
    let depth = 0;
    let deepest = 0;
    for (const [, closing] of markup.matchAll(/<(\/?)[a-z]/g)) {
      depth += closing ? -1 : 1;
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBeLessThan(40);
    expect(tookMs).toBeLessThan(20);
  });
});

describe('a few emoji alone', () => {
  it.each(['👍', '🎉 🎉 🎉', '👩‍👩‍👧‍👦', '🇷🇺', '1️⃣', '❤️', '👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽'])(
    '%s is drawn larger',
    (text) => {
      expect(render(text)).toMatch(/class="[^"]*emoji/);
    },
  );

  it.each(['👍 ok', '1', '#', '👍👍👍👍👍👍👍', '', ':)'])('%j is text', (text) => {
    expect(render(text)).not.toMatch(/class="[^"]*emoji/);
  });
});

describe('a message in one line', () => {
  it('has its words without its marks', () => {
    expect(toPlainText('> **a**\n\n- b\n- `c`\n\n[d](https://example.org)\n3. e', 100, parseInline)).toBe(
      'a b c d 3 e',
    );
  });

  it('is cut between characters', () => {
    expect(toPlainText('👍👍👍 a', 2, parseInline)).toBe('👍👍…');
  });
});

it('is shown as it was written until what reads the marks has come', () => {
  const markup = renderToStaticMarkup(
    <DrawnText
      message={sentMessage({ text: '**a** <b>\n> quoted' })}
      meId="me"
      parseInline={null}
      colours={null}
      onCopy={() => undefined}
    />,
  );
  expect(markup).toContain('<p>**a** &lt;b&gt;</p><blockquote');
});
