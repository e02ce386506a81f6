/** What browsers and the worker agree on. */
export type GcmSuite = 'AEAD_AES_256_GCM' | 'AEAD_AES_128_GCM';

/** What may be asked of a forwarder, one question at a time. */
export interface OpenRoom {
  type: 'open';
  /** Media goes as SRTP of this suite; null: as plain RTP. */
  cryptoSuite: GcmSuite | null;
  /** One person per port of 127.0.0.1, who receives everybody else there. */
  receivePorts: number[];
}

export interface CloseRooms {
  type: 'close';
}

export type ForwarderRequest = OpenRoom | CloseRooms;

/** Where a person's sound is to be sent. */
export interface Entrance {
  port: number;
  ssrc: number;
  payloadType: number;
  /** Master key and salt for what is sent, base64; null for plain RTP. */
  keyBase64: string | null;
}

export type ForwarderAnswer =
  | { type: 'ready'; workerPid: number }
  | { type: 'opened'; entrances: Entrance[] }
  | { type: 'closed' };
