import type { Page } from 'puppeteer-core';
import { testId } from './test-id.ts';

interface UploadInput {
  url: string;
  token: string;
  roomSlug: string;
  name: string;
  content: Buffer<ArrayBuffer> | string;
}

/** Uploads a file without a browser. @returns its id. */
export const uploadFile = async ({ url, token, roomSlug, name, content }: UploadInput): Promise<string> => {
  const response = await fetch(`${url}/v1/rooms/${roomSlug}/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: content,
  });
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  const { attachment } = (await response.json()) as { attachment: { id: string } };
  return attachment.id;
};

/** Chooses a text file where somebody writes: not before the room is known to take files. */
export const chooseFile = async (page: Page, name: string): Promise<void> => {
  const input = await page.waitForSelector(`input${testId('attach-input')}`);
  await input?.evaluate((node, fileName) => {
    const files = new DataTransfer();
    files.items.add(new File(['the plan'], fileName, { type: 'text/plain' }));
    (node as HTMLInputElement).files = files.files;
    node.dispatchEvent(new Event('change', { bubbles: true }));
  }, name);
};
