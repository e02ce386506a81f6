import type { Draft, DraftPlace } from '@boltorezka/sdk';
import { useEffect } from 'react';
import { useServices } from '../../../lib/services.tsx';
import { useLatest } from '../../../lib/use-latest.ts';

/**
 * Tells what another page of the browser has made of the draft.
 * @param place the same object for as long as it is the same place.
 */
export const useFollowedDraft = (place: DraftPlace, listener: (before: Draft, now: Draft) => void): void => {
  const { client, uploads } = useServices();
  const { drafts } = client;
  const latest = useLatest(listener);
  useEffect(
    () =>
      drafts.follow(place, (before, now) => {
        // What is queued here goes as its writer has left it, and not as it is half written elsewhere.
        if (uploads.at(place).queue.queued.get() === null) latest.current(before, now);
      }),
    [drafts, uploads, place, latest],
  );
};
