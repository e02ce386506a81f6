export type Protocol = 'tcp' | 'http' | 'signaling' | 'stun' | 'dtls' | 'rtp' | 'rtcp';

/** What the relay knows of a message before it is on its way. */
export interface Message {
  protocol: Protocol;
  /** What it says, in a word or two. */
  label: string;
}

/** One message on the path between the listener and the server. */
export interface WireEvent extends Message {
  /** Messages of one connection, or of one media address of the listener, share a flow. */
  flow: string;
  /** Towards the server. */
  up: boolean;
  /** When it entered the path, wall time. */
  sentAtMs: number;
  /** When it left the path; not finite while it is under way. */
  deliveredAtMs: number;
}

/** Everything that went over the path, in the order in which it was sent. */
export interface WireLog {
  readonly events: WireEvent[];
  /** Writes down what is sent now; when it arrives, `markDelivered` is told. */
  note(message: Message, where: { flow: string; up: boolean }): WireEvent;
}

export const createWireLog = (): WireLog => {
  const events: WireEvent[] = [];
  return {
    events,
    note: ({ protocol, label }, { flow, up }) => {
      const event = {
        protocol,
        label,
        flow,
        up,
        sentAtMs: Date.now(),
        deliveredAtMs: Number.POSITIVE_INFINITY,
      };
      events.push(event);
      return event;
    },
  };
};

export const markDelivered = (events: WireEvent[]): void => {
  const now = Date.now();
  for (const event of events) event.deliveredAtMs = now;
};
