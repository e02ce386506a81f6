/** Calls a method of Node's inspector, in this process (`node:inspector`) or in another one (its WebSocket). */
export type PostToInspector = (method: string, params?: object) => Promise<unknown>;

/** What a server holds. */
export interface LiveObjects {
  /** Objects that are reachable on its heap, by kind. */
  onHeap: Record<string, number>;
  /** What each media worker that runs holds for it: routers, transports, producers, consumers, observers. */
  inWorkers: Record<number, number>;
}

interface WorkerDump {
  pid: number;
  channelMessageHandlers: { channelRequestHandlers: string[] };
}

/** Runs inside the server as text, so it names nothing but what the language has. */
const tally = async (objects: object[]): Promise<LiveObjects> => {
  const classes = [
    ...['MediaRoom', 'MediaPeer', 'WebSocket', 'WorkerImpl', 'RouterImpl', 'WebRtcTransportImpl'],
    ...['ProducerImpl', 'ConsumerImpl', 'AudioLevelObserverImpl'],
  ];
  const onHeap = Object.fromEntries(['Seat', 'Connection', ...classes].map((name) => [name, 0]));
  const workers: { closed: boolean; dump(): Promise<WorkerDump> }[] = [];
  const kindOf = (object: object): string | undefined => {
    // A seat is a plain object, and PostgreSQL's client has a `Connection` as well.
    if (Object.hasOwn(object, 'graceTimer')) return 'Seat';
    if (Object.hasOwn(object, 'constructor')) return undefined;
    const name = object.constructor?.name;
    if (name === 'Connection') return Object.hasOwn(object, 'identity') ? name : undefined;
    return classes.includes(name) ? name : undefined;
  };
  for (const object of objects) {
    let kind: string | undefined;
    try {
      kind = kindOf(object);
    } catch {
      // A proxy, or a module that is still being loaded: none of ours.
    }
    if (kind !== undefined) onHeap[kind] = (onHeap[kind] ?? 0) + 1;
    if (kind === 'WorkerImpl') workers.push(object as (typeof workers)[number]);
  }
  // The inspector breaks into whatever runs, and a worker's channel may be writing: it is asked in a turn of its own.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const dumps = await Promise.all(workers.filter(({ closed }) => !closed).map((worker) => worker.dump()));
  const inWorkers = Object.fromEntries(
    dumps.map((dump) => [dump.pid, dump.channelMessageHandlers.channelRequestHandlers.length]),
  );
  return { onHeap, inWorkers };
};

const objectGroup = 'live objects';

/**
 * Counts what is alive in a server, after a garbage collection. What is asked is the heap itself, and the workers: nothing in
 * the product has to count, and what was forgotten by the product's own maps is found as well.
 */
export const countLiveObjects = async (post: PostToInspector): Promise<LiveObjects> => {
  const prototype = (await post('Runtime.evaluate', { expression: 'Object.prototype', objectGroup })) as {
    result: { objectId: string };
  };
  try {
    const found = (await post('Runtime.queryObjects', {
      prototypeObjectId: prototype.result.objectId,
      objectGroup,
    })) as { objects: { objectId: string } };
    const answer = (await post('Runtime.callFunctionOn', {
      functionDeclaration: `function () { return (${tally})(this); }`,
      objectId: found.objects.objectId,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: LiveObjects }; exceptionDetails?: { exception?: { description?: string } } };
    const { exceptionDetails, result } = answer;
    if (!exceptionDetails && result.value) return result.value;
    throw new Error(`the objects were not counted: ${exceptionDetails?.exception?.description}`);
  } finally {
    // The inspector holds what it has handed out, and would keep it from being collected.
    await post('Runtime.releaseObjectGroup', { objectGroup });
  }
};

/** A number that `/metrics` tells; NaN where it tells none of that name. */
export const readGauge = async (url: string, name: string): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
};
