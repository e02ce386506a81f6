import type { Producer, Router } from 'mediasoup/types';

/** Louder than this is speech to somebody who looks at the page (dBov, RFC 6464). */
const thresholdDbov = -55;
/** mediasoup leaves out who has sent fewer than ten packets in it: half of them, of 20 ms each, may be lost. */
const intervalMs = 400;
const maxSpeakers = 16;

export interface SpeakerWatch {
  add(producer: Producer): Promise<void>;
  /** As was told last. */
  has(peerId: string): boolean;
  close(): void;
}

/** Tells who speaks, as the whole list, whenever it changes. For the eye only: it is too slow to gate sound by. */
export const createSpeakerWatch = async (
  router: Router,
  onChange: (peerIds: string[]) => void,
): Promise<SpeakerWatch> => {
  const observer = await router.createAudioLevelObserver({
    maxEntries: maxSpeakers,
    threshold: thresholdDbov,
    interval: intervalMs,
  });
  let current: string[] = [];
  const tell = (peerIds: string[]) => {
    if (peerIds.join() === current.join()) return;
    current = peerIds;
    onChange(peerIds);
  };
  observer.on('volumes', (volumes) =>
    tell([...new Set(volumes.map(({ producer }) => String(producer.appData.peerId)))].sort()),
  );
  observer.on('silence', () => tell([]));
  return {
    add: (producer) => observer.addProducer({ producerId: producer.id }),
    has: (peerId) => current.includes(peerId),
    close: () => observer.close(),
  };
};
