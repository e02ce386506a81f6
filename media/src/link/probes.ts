import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MediaPort } from '@boltorezka/protocol';

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

/** @throws AppError `Unavailable` where the node is stopping. */
export const countWorkers = async (media: MediaPort): Promise<{ running: number; total: number }> => {
  const { workers } = await media.request('media.getStatus', {});
  return { running: workers.filter(({ state }) => state === 'running').length, total: workers.length };
};

/** `GET /livez` and `GET /readyz`. Anybody may ask; they tell nothing of people. */
export const createProbes = (media: MediaPort, isClosing: () => boolean) => {
  const answerReady = async (response: ServerResponse): Promise<void> => {
    const none = { running: 0, total: 0 };
    const workers = isClosing() ? none : await countWorkers(media).catch(() => none);
    const ready = workers.running > 0;
    send(response, ready ? 200 : 503, { ready, workers });
  };
  return ({ method, url = '' }: IncomingMessage, response: ServerResponse): void => {
    const isRead = method === 'GET' || method === 'HEAD';
    if (isRead && url === '/livez') return send(response, 200, { ok: true });
    if (isRead && url === '/readyz') return void answerReady(response);
    send(response, 404, { error: 'NotFound' });
  };
};
