import type { Producer, Router } from 'mediasoup/types';

/** Louder than this is speech to somebody who looks at the page (dBov, RFC 6464). */
const thresholdDbov = -55;
/** mediasoup's shortest. */
const intervalMs = 250;
const maxSpeakers = 16;

export interface SpeakerWatch {
  add(producer: Producer): Promise<void>;
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
  let current = '';
  const tell = (peerIds: string[]) => {
    const key = peerIds.join();
    if (key === current) return;
    current = key;
    onChange(peerIds);
  };
  observer.on('volumes', (volumes) =>
    tell([...new Set(volumes.map(({ producer }) => String(producer.appData.peerId)))].sort()),
  );
  observer.on('silence', () => tell([]));
  return {
    add: (producer) => observer.addProducer({ producerId: producer.id }),
    close: () => observer.close(),
  };
};
