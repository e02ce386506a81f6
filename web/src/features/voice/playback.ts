/** As much of an `<audio>` element as it takes to keep it playing. */
export interface Playable {
  readonly paused: boolean;
  readonly srcObject: unknown;
  play(): Promise<void>;
}

const isBlocked = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'NotAllowedError';

const hasLiveTrack = (source: unknown): boolean =>
  source instanceof MediaStream && source.getTracks().some(({ readyState }) => readyState === 'live');

const isSilenced = (audio: Playable): boolean => audio.paused && hasLiveTrack(audio.srcObject);

/**
 * Sets everyone playing who has something to say and does not: at first, after the system paused them, after a track
 * ended and another took its place. Tells whether the browser holds any of them back.
 */
export const playSilenced = (audios: readonly Playable[], onBlocked: (blocked: boolean) => void): void => {
  for (const audio of audios.filter(isSilenced)) {
    audio.play().then(
      () => onBlocked(audios.some(isSilenced)),
      // Interrupted by the next call of play(), or gone: nothing that a click would mend.
      (error: unknown) => isBlocked(error) && onBlocked(true),
    );
  }
};
