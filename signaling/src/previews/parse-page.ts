import { TextDecoder } from 'node:util';
import type { LinkPreview } from '@boltorezka/protocol';
import { Parser } from 'htmlparser2';
import type { Page } from './fetch-page.ts';

/** What a page says of itself. */
export interface PageSummary extends Omit<LinkPreview, 'url' | 'picture'> {
  /** Where it says that its picture is: anywhere, until it is looked at. */
  picture?: { url: string; alt?: string };
}

const maxLengths = { title: 200, description: 400, siteName: 80, pictureAlt: 200 };
const maxAddressLength = 2_000;
/** A title that nobody ends; what is beyond it would be cut anyway. */
const maxRawLength = 4_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** On one line, without what is not seen or turns the direction of writing, shortened at the end of a word. */
const clean = (raw: string | undefined, maxLength: number): string | undefined => {
  const text = (raw ?? '').toWellFormed().replace(/\s+/gu, ' ').replace(invisible, '').trim();
  if (text === '') return undefined;
  const characters = [...text];
  if (characters.length <= maxLength) return text;
  const cut = characters.slice(0, maxLength - 1).join('');
  return `${cut.replace(/\s+\S{0,20}$/u, '')}…`;
};

/** Names of the fields, the better first. */
const sources = {
  title: ['og:title', 'twitter:title', 'title'],
  description: ['og:description', 'twitter:description', 'description'],
  siteName: ['og:site_name', 'application-name'],
  pictureAlt: ['og:image:alt', 'twitter:image:alt'],
} as const;

const pictureSources = [
  'og:image',
  'og:image:url',
  'og:image:secure_url',
  'twitter:image',
  'twitter:image:src',
] as const;

/** An address on the web, as a page names it; undefined for what is none. */
const toWebAddress = (text: string | undefined, page: URL): string | undefined => {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '' || !URL.canParse(trimmed, page.href)) return undefined;
  const url = new URL(trimmed, page);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.href.length <= maxAddressLength ? url.href : undefined;
};

class HeadReader {
  readonly #found = new Map<string, string>();
  readonly #parser: Parser;
  #title: string | undefined;
  #isInTitle = false;
  /** What follows says nothing of the page. */
  isOver = false;

  constructor() {
    this.#parser = new Parser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      ontext: (text) => {
        if (this.#isInTitle && (this.#title ?? '').length < maxRawLength)
          this.#title = (this.#title ?? '') + text;
      },
      onclosetag: (name) => {
        if (name === 'title') this.#isInTitle = false;
        if (name === 'head') this.isOver = true;
      },
    });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  summary(page: URL): PageSummary | undefined {
    if (this.#title !== undefined) this.#found.set('title', this.#title);
    const of = (field: keyof typeof sources) => {
      const texts = sources[field].map((name) => clean(this.#found.get(name), maxLengths[field]));
      return texts.find((text) => text !== undefined);
    };
    const [title, description, siteName] = [of('title'), of('description'), of('siteName')];
    if (title === undefined) return undefined;
    const picture = this.#picture(page, of('pictureAlt'));
    return {
      ...{ title, ...(siteName && { siteName }), ...(description && { description }) },
      ...(picture && { picture }),
    };
  }

  #picture(page: URL, alt: string | undefined): PageSummary['picture'] {
    const addresses = pictureSources.map((name) => toWebAddress(this.#found.get(name), page));
    const url = addresses.find((address) => address !== undefined);
    return url === undefined ? undefined : { url, ...(alt && { alt }) };
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === 'body') this.isOver = true;
    if (this.isOver) return;
    // A picture in the page may have a title of its own.
    if (name === 'title') this.#isInTitle = this.#title === undefined;
    if (name !== 'meta') return;
    const key = (attributes.property ?? attributes.name ?? '').toLowerCase();
    const { content } = attributes;
    if (content !== undefined && key !== 'title' && !this.#found.has(key) && key.length < 40)
      this.#found.set(key, content.slice(0, maxRawLength));
  }
}

const isEncoding = (label: string): boolean => {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
};

/** So far into the page its own word on the encoding has to stand (HTML, 13.2.3.2). */
const prescanBytes = 1_024;

/** By the header, else by the page's own word, else UTF-8. */
const decoderFor = (charset: string | undefined, start: Buffer): TextDecoder => {
  const own = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(
    start.toString('latin1', 0, prescanBytes),
  )?.[1];
  const label = [charset, own].find((each) => each !== undefined && isEncoding(each));
  return new TextDecoder(label ?? 'utf-8');
};

/** Reads a page until its head is over. @returns undefined where it has no title. */
export const summarise = async ({ url, charset, body }: Page): Promise<PageSummary | undefined> => {
  const head = new HeadReader();
  let start: Buffer = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  const take = (chunk: Buffer) => {
    decoder ??= decoderFor(charset, chunk);
    head.write(decoder.decode(chunk, { stream: true }));
  };
  for await (const chunk of body) {
    if (decoder) take(chunk);
    else {
      start = Buffer.concat([start, chunk]);
      if (start.length >= prescanBytes) take(start);
    }
    if (head.isOver) break;
  }
  if (!decoder) take(start);
  return head.summary(url);
};
