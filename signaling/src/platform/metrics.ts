import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Everything that `/metrics` tells. No label holds a person, a room or an address. */
export const createMetrics = () => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'boltorezka_' });
  return {
    registry,
    httpRequestSeconds: new Histogram({
      name: 'boltorezka_http_request_duration_seconds',
      help: 'REST calls by route and status',
      labelNames: ['route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    sockets: new Gauge({ name: 'boltorezka_sockets', help: 'Open realtime sockets', registers }),
    socketCloses: new Counter({
      name: 'boltorezka_socket_closes_total',
      help: 'Sockets that closed, by code',
      labelNames: ['code'],
      registers,
    }),
    framesIn: new Counter({
      name: 'boltorezka_frames_received_total',
      help: 'Frames from clients by type and outcome; unknown types are one',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    framesOut: new Counter({ name: 'boltorezka_frames_sent_total', help: 'Frames to clients', registers }),
    messagesWritten: new Counter({
      name: 'boltorezka_chat_messages_written_total',
      help: 'Chat messages committed',
      registers,
    }),
    messageGroups: new Counter({
      name: 'boltorezka_chat_message_groups_total',
      help: 'Transactions that wrote chat messages',
      registers,
    }),
    voiceSeats: new Gauge({ name: 'boltorezka_voice_seats', help: 'People in voice', registers }),
    mediaWorkers: new Gauge({ name: 'boltorezka_media_workers', help: 'Media workers that run', registers }),
    mediaWorkerDeaths: new Gauge({
      name: 'boltorezka_media_worker_deaths',
      help: 'Media workers that died since the start',
      registers,
    }),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
