import { closeCodes, isJsonTooDeep, MediaLinkRequest, mediaLinkLimits } from '@boltorezka/protocol';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { startHeartbeat } from './heartbeat.ts';

export interface NodeLinkDeps {
  ws: WebSocket;
  /** Makes the frame that answers; never rejects. */
  answer: (request: MediaLinkRequest) => Promise<string>;
  onClosed: () => void;
  log: Logger;
}

/** One signaling process, as the node sees it. */
export interface NodeLink {
  send(frame: string): void;
  close(): void;
}

const parseRequest = (data: RawData, isBinary: boolean): MediaLinkRequest | undefined => {
  const text = isBinary ? '' : data.toString();
  if (text === '' || isJsonTooDeep(text)) return undefined;
  try {
    return MediaLinkRequest.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** Reads requests from a socket and writes their answers, until it ends. */
export const openNodeLink = ({ ws, answer, onClosed, log }: NodeLinkDeps): NodeLink => {
  const cut = (why: string) => {
    log.warn(`the link is cut: ${why}`);
    ws.terminate();
  };
  const send = (frame: string) => {
    if (ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > mediaLinkLimits.maxBufferedBytes) return cut('its other end reads too slowly');
    ws.send(frame);
  };
  ws.on('message', (data, isBinary) => {
    const request = parseRequest(data, isBinary);
    if (request) return void answer(request).then(send);
    // Whoever knows the secret and does not speak the protocol is a defect: its requests would hang.
    log.warn('the link brought something that is no request');
    ws.close(closeCodes.policyViolation, 'not a request');
  });
  ws.on('error', (error) => log.warn({ err: error }, 'link error'));
  const stopHeartbeat = startHeartbeat(ws, () => cut('its other end is silent'));
  ws.once('close', (code) => {
    stopHeartbeat();
    log.info({ code }, 'link closed');
    onClosed();
  });
  return { send, close: () => ws.close(closeCodes.goingAway, 'the media node is stopping') };
};
