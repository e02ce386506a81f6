import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { quietLog } from '../../test/log.ts';
import { createPreviewService, type FoundPreview, type PreviewServiceDeps } from './service.ts';

const start = (fetchSummary: PreviewServiceDeps['fetchSummary']) => {
  const attached: { messageId: string; previews: FoundPreview[] }[] = [];
  const fetching = vi.fn(fetchSummary);
  const service = createPreviewService({
    fetchSummary: fetching,
    attachPreviews: async (messageId, previews) => {
      attached.push({ messageId, previews });
    },
    log: quietLog,
  });
  return { service, attached, fetching };
};

const message = (text: string, userId = 'anna') => ({ id: randomUUID(), userId, text });

it('a message gets the previews that there are, in the order of its links', async () => {
  const { service, attached } = start(async (url) => {
    if (url.includes('broken')) throw new Error('nobody is there');
    return url.includes('mute') ? undefined : { title: url };
  });
  const written = message('https://b.example https://broken.example https://mute.example');
  service.onWritten(written);
  service.onWritten(message('https://broken.example'));
  service.onWritten(message('no link'));
  await expect
    .poll(() => attached)
    .toEqual([
      { messageId: written.id, previews: [{ url: 'https://b.example', title: 'https://b.example' }] },
    ]);
  await service.close();
});

it('what everybody pastes is fetched once, also while it is being fetched', async () => {
  const { service, attached, fetching } = start(async () => ({ title: 'Page' }));
  for (const name of ['anna', 'boris', 'vera']) service.onWritten(message('https://a.example', name));
  await expect.poll(() => attached.length).toBe(3);
  service.onWritten(message('https://a.example', 'gleb'));
  await expect.poll(() => attached.length).toBe(4);
  expect(fetching).toHaveBeenCalledTimes(1);
});

it('one person has a server fetch a handful, however much they write', async () => {
  const { service, attached, fetching } = start(async () => ({ title: 'Page' }));
  for (let n = 0; n < 50; n += 1) service.onWritten(message(`https://${n}.example`));
  service.onWritten(message('https://other.example', 'boris'));
  await expect.poll(() => attached.length).toBe(13);
  expect(fetching).toHaveBeenCalledTimes(13);
});

it('few are fetched at a time, and nobody waits without end', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let atOnce = 0;
  let most = 0;
  const { service, attached, fetching } = start(async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await promise;
    atOnce -= 1;
    return { title: 'Page' };
  });
  for (let n = 0; n < 300; n += 1) service.onWritten(message(`https://${n}.example`, `person ${n}`));
  resolve();
  await expect.poll(() => attached.length).toBeGreaterThan(99);
  await service.close();
  expect(most).toBe(4);
  expect(fetching.mock.calls.length).toBeLessThan(110);
});

it('after it is closed nothing is fetched or written', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { service, attached, fetching } = start(async () => {
    await promise;
    return { title: 'Page' };
  });
  service.onWritten(message('https://a.example'));
  await expect.poll(() => fetching.mock.calls.length).toBe(1);
  const closing = Promise.all([service.close(), service.close()]);
  resolve();
  await closing;
  service.onWritten(message('https://b.example'));
  expect(fetching).toHaveBeenCalledTimes(1);
  expect(attached).toEqual([]);
});
