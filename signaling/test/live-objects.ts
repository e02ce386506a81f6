/** Calls a method of Node's inspector, in this process (`node:inspector`) or in another one (its WebSocket). */
export type PostToInspector = (method: string, params?: object) => Promise<unknown>;

/** What a server holds. */
export interface LiveObjects {
  /** Objects that are reachable on its heap, by class. */
  byClass: Record<string, number>;
  /** Of them, what a join makes. */
  ofJoins: Record<string, number>;
  /** What each media worker that runs holds for it: routers, transports, producers, consumers, observers. */
  inWorkers: Record<number, number>;
}

const classesOfJoins = [
  ...['Seat', 'Connection', 'WebSocket', 'MediaRoom', 'MediaPeer', 'WorkerImpl', 'RouterImpl'],
  ...['WebRtcTransportImpl', 'ProducerImpl', 'ConsumerImpl', 'AudioLevelObserverImpl'],
];

interface WorkerDump {
  pid: number;
  channelMessageHandlers: { channelRequestHandlers: string[] };
}

/** Runs inside the server as text, so it names nothing but what the language and Node have. */
const tally = async (objects: object[]): Promise<Omit<LiveObjects, 'ofJoins'>> => {
  const byClass: Record<string, number> = {};
  const workers: { closed: boolean; dump(): Promise<WorkerDump> }[] = [];
  const classOf = (object: object): string => {
    // A seat is a plain object, and PostgreSQL's client has a `Connection` as well.
    if (Object.hasOwn(object, 'graceTimer')) return 'Seat';
    if (Object.hasOwn(object, 'constructor')) return 'prototype';
    const { name } = object.constructor;
    return name === 'Connection' && !Object.hasOwn(object, 'identity') ? 'another Connection' : String(name);
  };
  for (const object of objects) {
    let name = 'unknown';
    try {
      name = classOf(object);
    } catch {
      // A proxy, or a module that is still being loaded.
    }
    byClass[name] = (byClass[name] ?? 0) + 1;
    if (name === 'WorkerImpl') workers.push(object as (typeof workers)[number]);
  }
  // The inspector breaks into whatever runs, and a worker's channel may be writing: it is asked in a turn of its own.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const dumps = await Promise.all(workers.filter(({ closed }) => !closed).map((worker) => worker.dump()));
  const inWorkers = Object.fromEntries(
    dumps.map((dump) => [dump.pid, dump.channelMessageHandlers.channelRequestHandlers.length]),
  );
  return { byClass, inWorkers };
};

const objectGroup = 'live objects';

interface CallAnswer {
  result: { value?: Omit<LiveObjects, 'ofJoins'> };
  exceptionDetails?: { exception?: { description?: string } };
}

/**
 * Counts what is alive in a server, after a garbage collection. The heap itself is asked, and the workers: nothing in the
 * product has to count, and what its own maps have forgotten is found as well.
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
    const { result, exceptionDetails } = (await post('Runtime.callFunctionOn', {
      functionDeclaration: `function () { return (${tally})(this); }`,
      objectId: found.objects.objectId,
      awaitPromise: true,
      returnByValue: true,
    })) as CallAnswer;
    if (exceptionDetails || !result.value) {
      throw new Error(`the objects were not counted: ${exceptionDetails?.exception?.description}`);
    }
    const { byClass, inWorkers } = result.value;
    const ofJoins = Object.fromEntries(classesOfJoins.map((name) => [name, byClass[name] ?? 0]));
    return { byClass, ofJoins, inWorkers };
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
