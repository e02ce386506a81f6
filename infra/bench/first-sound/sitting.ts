import { type Join, openListener } from './listener.ts';
import type { Place } from './places.ts';
import { openPath } from './relay/index.ts';
import { type Sample, toSample } from './sample.ts';
import type { Sitting } from './starts.ts';

/** One browser over one path: its joins, each after the one before has been left. */
export const measureSitting = async (
  place: Place,
  { client, joins }: Sitting,
  roundTripMs: number,
): Promise<{ samples: Sample[]; last: Join | undefined }> => {
  const path = await openPath({ ...place, roundTripMs });
  try {
    const listener = await openListener(path, place);
    try {
      const samples: Sample[] = [];
      let last: Join | undefined;
      for (const start of joins) {
        if (last) await listener.leaveVoice();
        if (start === 'prepared') await listener.point();
        last = await listener.join();
        const { events } = path;
        if (start) samples.push(toSample({ client, start, roundTripMs, join: last, events }));
      }
      return { samples, last };
    } finally {
      await listener.close();
    }
  } finally {
    await path.close();
  }
};
