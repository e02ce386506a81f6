import type { OutboxEntry, OutboxStorage } from '../types/outbox.ts';
import { enterBrowserTurn } from './browser-turn.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

const databaseName = 'boltorezka-outbox';
const storeName = 'entries';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused'));
  });

const openDatabase = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: 'key' }).createIndex('userId', 'userId');
  };
  return settled(request);
};

/** Resolves when what the transaction did is on the disk, as far as the browser promises that. */
const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
  });

/** The entries of IndexedDB; what fails here is the caller's to live with. */
const createDatabase = () => {
  let opening: Promise<IDBDatabase> | null = null;
  const open = (): Promise<IDBDatabase> => {
    opening ??= openDatabase().then((database) => {
      // Another version of the page, or the person who clears what sites keep, must not have to wait for us.
      const forget = () => {
        opening = null;
      };
      database.onversionchange = () => {
        database.close();
        forget();
      };
      database.onclose = forget;
      return database;
    });
    opening.catch(() => {
      opening = null;
    });
    return opening;
  };
  const change = async (apply: (store: IDBObjectStore) => void): Promise<void> => {
    const transaction = (await open()).transaction(storeName, 'readwrite', { durability: 'strict' });
    apply(transaction.objectStore(storeName));
    await committed(transaction);
  };
  const read = async (userId?: string): Promise<OutboxEntry[]> => {
    const store = (await open()).transaction(storeName, 'readonly').objectStore(storeName);
    return settled<OutboxEntry[]>(
      userId === undefined ? store.getAll() : store.index('userId').getAll(userId),
    );
  };
  return { change, read };
};

/**
 * Keeps what waits in the browser's IndexedDB, for all its pages, between visits. Where there is none, or it may not be
 * used, it is kept for as long as the page lives.
 */
export const createBrowserOutbox = (): OutboxStorage => {
  if (typeof indexedDB === 'undefined') return createMemoryOutbox();
  const { change, read } = createDatabase();
  const drop = async (entries: readonly OutboxEntry[]): Promise<void> => {
    if (entries.length === 0) return;
    await change((store) => {
      for (const { key } of entries) store.delete(key);
    });
  };
  return {
    load: (userId) => read(userId),
    save: (entry) => change((store) => void store.put(entry)),
    remove: (key) => change((store) => void store.delete(key)),
    dropBefore: async (timeMs, exceptUserId) => {
      const isOld = ({ userId, createdAt }: OutboxEntry) =>
        userId !== exceptUserId && Date.parse(createdAt) < timeMs;
      await drop((await read()).filter(isOld));
    },
    erase: async (userId) => drop(await read(userId)),
    enterTurn: enterBrowserTurn,
  };
};
