import { findFreePorts } from '../../../media/test/ports.ts';
import { endProcess } from '../../../signaling/test/processes.ts';
import { makeDataDir, startProcess } from '../../../signaling/test/start-process.ts';
import { Person } from '../../../web/e2e/person.ts';
import { testId } from '../../../web/e2e/test-id.ts';
import { openReference } from './reference.ts';
import type { Client } from './starts.ts';

/** Where a listener joins: a server, and somebody in a browser of their own who is heard there. */
export interface Place {
  serverPort: number;
  mediaPort: number;
  speaker: Person;
  /** What the listener does on the page before there is a button that joins. */
  enter: (listener: Person) => Promise<void>;
}

export type Places = Record<Client, Place>;

const withServer = async <T>(
  task: (server: { url: string; mediaPort: number }) => Promise<T>,
): Promise<T> => {
  const dataDir = makeDataDir();
  const mediaPort = await findFreePorts();
  try {
    const env = { MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1', LOG_LEVEL: 'warn' };
    const server = await startProcess({ dataDir: dataDir.path, env });
    try {
      return await task({ url: server.url, mediaPort });
    } finally {
      await endProcess(server.child);
    }
  } finally {
    dataDir.remove();
  }
};

interface Speech {
  url: string;
  /** From the first page to a call that stands. */
  join: (speaker: Person) => Promise<void>;
}

const withSpeaker = async <T>({ url, join }: Speech, task: (speaker: Person) => Promise<T>): Promise<T> => {
  const speaker = await Person.arrive({ url, name: 'Speaker', hz: 440 });
  try {
    await join(speaker);
    return await task(speaker);
  } finally {
    await speaker.leave();
  }
};

export const withProduct = <T>(task: (place: Place) => Promise<T>): Promise<T> =>
  withServer(({ url, mediaPort }) => {
    const enter = (person: Person) => person.signUp();
    const join = async (speaker: Person) => {
      await enter(speaker);
      await speaker.joinVoice();
    };
    return withSpeaker({ url, join }, (speaker) =>
      task({ serverPort: Number(new URL(url).port), mediaPort, speaker, enter }),
    );
  });

const withReference = async <T>(task: (place: Place) => Promise<T>): Promise<T> => {
  const reference = await openReference();
  try {
    const url = `http://127.0.0.1:${reference.serverPort}/?name=Speaker`;
    const join = async (speaker: Person) => {
      await speaker.click('voice-join');
      await speaker.page.waitForSelector(testId('voice-leave'));
    };
    const enter = async () => {};
    return await withSpeaker({ url, join }, (speaker) => task({ ...reference, speaker, enter }));
  } finally {
    await reference.close();
  }
};

/** Both stand at the same time, so that what one costs the machine weighs on the other as well. */
export const withPlaces = <T>(task: (places: Places) => Promise<T>): Promise<T> =>
  withProduct((product) => withReference((reference) => task({ product, reference })));
