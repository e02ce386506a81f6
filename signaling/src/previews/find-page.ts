import { type FetchPageOptions, fetchPage } from './fetch-page.ts';
import { summarise } from './parse-page.ts';
import type { PreviewPictures } from './pictures.ts';
import type { FoundPage } from './service.ts';

/** All that is shown of a page: what it says of itself, and its picture where there is one to be had in the time that is left. */
export const createFindPage =
  (web: FetchPageOptions, pictures: Pick<PreviewPictures, 'fetch'> | undefined) =>
  async (link: string, closing: AbortSignal): Promise<FoundPage | undefined> => {
    // Nobody waits longer for a page that has a picture.
    const signal = AbortSignal.any([AbortSignal.timeout(web.timeoutMs), closing]);
    const summary = await fetchPage(link, web, { read: summarise, closing: signal });
    if (!summary) return undefined;
    const { picture: named, ...words } = summary;
    if (!named || !pictures) return words;
    const picture = await pictures.fetch(named, signal).catch(() => undefined);
    return { ...words, ...(picture && { picture }) };
  };
