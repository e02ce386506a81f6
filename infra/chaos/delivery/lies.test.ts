import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lie, startLyingProxy } from '../../../signaling/test/lying-proxy.ts';
import { startTestServer, type TestServer } from '../../../signaling/test/start-server.ts';
import type { Fault } from './fault.ts';
import { defaultSettings, runDelivery } from './run.ts';
import { type DeliveryStage, lead, seatPeople } from './stage.ts';

type Faults = Partial<Record<'lost' | 'invented' | 'doubled' | 'reordered', number>>;

/** Lies once, to or about the first frame that fits. */
const once = (fits: (frame: Parameters<Lie>[0]) => boolean, tell: Lie): Lie => {
  let isTold = false;
  return (frame) => {
    if (isTold || !fits(frame)) return [frame.text];
    isTold = true;
    return tell(frame);
  };
};

/** Lies about one message, each time: whoever asks again is told the same. */
const ofOne = (fits: (frame: Parameters<Lie>[0]) => boolean, tell: Lie): Lie => {
  let told: string | undefined;
  return (frame) => {
    const name = /"clientMessageId":"([^"]+)"/.exec(frame.text)?.[1];
    if (name === undefined || !fits(frame)) return [frame.text];
    told ??= name;
    return name === told ? tell(frame) : [frame.text];
  };
};

const isMessage: Parameters<typeof once>[0] = ({ text, direction }) =>
  direction === 'to client' && text.includes('"type":"chat.message"');

const isSend: Parameters<typeof once>[0] = ({ text, direction }) =>
  direction === 'to server' && text.includes('"type":"chat.send"');

/** Whatever would show that something is missing. */
const isOfLog: Parameters<typeof once>[0] = ({ text, direction }) =>
  direction === 'to client' && /"type":"(chat\.|room\.position)/.test(text);

/** The answer to an edit has a revision. */
const isSentAck: Parameters<typeof once>[0] = ({ text, direction }) =>
  direction === 'to client' &&
  text.includes('"type":"ack"') &&
  text.includes('"clientMessageId"') &&
  !text.includes('"revision"');

const changed = (text: string, change: (payload: Record<string, unknown>) => object): string => {
  const frame = JSON.parse(text);
  return JSON.stringify({ ...frame, payload: change(frame.payload) });
};

const everybody = [
  {
    by: 'lean clients',
    settings: { sdkClients: 0, perSecond: 40, patienceMs: 3_000 },
    isOfLog,
    isPlace: isSentAck,
    tellsPlaceOf: ofOne,
  },
  {
    by: 'the sdk',
    // It sends one message after another.
    settings: { sdkClients: 3, perSecond: 20, patienceMs: 4_000 },
    // An acknowledgement is enough for it to see a gap, and to read what it misses.
    isOfLog: ({ text, direction }) => direction === 'to client' && text.includes('"seq":'),
    // It believes the log, not the acknowledgement.
    isPlace: isMessage,
    tellsPlaceOf: once,
  },
] satisfies {
  by: string;
  settings: object;
  isOfLog: typeof isMessage;
  isPlace: typeof isMessage;
  tellsPlaceOf: typeof once;
}[];

/** Where nothing is wrong, it is not waited for. */
const longPatienceMs = 20_000;

describe.each(everybody)('a server that is broken on purpose, written to by $by,', (written) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** Everybody comes by the liar, who begins to lie in the midst of it. */
  const findFaults = async (lie: Lie, patienceMs = written.settings.patienceMs): Promise<Faults> => {
    let isLying = false;
    const proxy = await startLyingProxy(server.url, (frame) => (isLying ? lie(frame) : [frame.text]));
    const seats = await seatPeople(server.url, 3);
    for (const seat of seats) lead(seat, { url: `http://127.0.0.1:${proxy.port}` });
    const stage: DeliveryStage = {
      ...{ seats, url: server.url, isOneProcess: true },
      ...{ tidy: async () => {}, close: async () => {} },
    };
    const fault: Fault<DeliveryStage> = {
      ...{ name: 'lie', summary: '', limitMs: 0 },
      inflict: async () => {
        isLying = true;
      },
    };
    const { verdict } = await runDelivery(stage, fault, {
      ...{ ...defaultSettings, rooms: 1, steadyMs: 700, ...written.settings, patienceMs },
    });
    for (const { gate } of seats) await gate.close();
    await proxy.close();
    const { lost, invented, doubled, reordered } = verdict;
    const counts = Object.entries({ lost, invented, doubled, reordered });
    return Object.fromEntries(
      counts.map(([name, list]) => [name, list.length]).filter(([, count]) => count !== 0),
    );
  };

  it('is not found where it is whole', async () => {
    expect(await findFaults(({ text }) => [text], longPatienceMs)).toEqual({});
  });

  it('is not found by one frame that is swallowed: its client sees the gap, and reads it', async () => {
    expect(
      await findFaults(
        once(isMessage, () => []),
        longPatienceMs,
      ),
    ).toEqual({});
  });

  it('is found where it stops telling somebody', async () => {
    // The first of three, and where it comes back as the fourth.
    const lie: Lie = (frame) => (written.isOfLog(frame) && frame.socket % 3 === 0 ? [] : [frame.text]);
    expect((await findFaults(lie)).lost).toBeGreaterThan(0);
  });

  it('is found where it acknowledges what it does not keep', async () => {
    const lie = once(isSend, ({ text, answer }) => {
      const { requestId, payload } = JSON.parse(text);
      const { clientMessageId } = payload;
      const message = {
        id: '00000000-0000-4000-8000-000000000000',
        seq: 1,
        text: payload.text,
        clientMessageId,
      };
      answer(JSON.stringify({ v: 1, type: 'ack', requestId, payload: { ...message, epoch: 'x' } }));
      return [];
    });
    const { lost = 0 } = await findFaults(lie);
    expect(lost).toBeGreaterThan(0);
  });

  it('is found where it tells something twice', async () => {
    expect(
      await findFaults(
        once(isMessage, ({ text }) => [text, text]),
        longPatienceMs,
      ),
    ).toEqual({ doubled: 1 });
  });

  it('is found where it writes something twice', async () => {
    const twice = once(isSend, ({ text }) => [
      text,
      changed(text, (payload) => ({ ...payload, clientMessageId: 'another-name' })),
    ]);
    expect((await findFaults(twice)).doubled).toBeGreaterThan(0);
  });

  it('is found where it tells what nobody has written', async () => {
    // Told to all: its own sender believes the acknowledgement.
    const lie: Lie = (frame) => [
      isMessage(frame) ? changed(frame.text, (payload) => ({ ...payload, text: 'zz-1 boo' })) : frame.text,
    ];
    expect((await findFaults(lie)).invented).toBeGreaterThan(0);
  });

  it('is found where a message is not at the place that its sender was told', async () => {
    const lie = written.tellsPlaceOf(written.isPlace, ({ text }) => [
      changed(text, (payload) => ({ ...payload, seq: Number(payload.seq) + 1_000 })),
    ]);
    expect((await findFaults(lie)).reordered).toBeGreaterThan(0);
  });
});
