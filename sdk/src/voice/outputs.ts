import type { RemoteOutput } from '../types.ts';

export interface RemoteSound {
  userId: string;
  userName: string;
  track: MediaStreamTrack;
}

interface Output {
  output: RemoteOutput;
  tracks: Set<MediaStreamTrack>;
}

export interface Outputs {
  /** Shows exactly these sounds; a person who still sends keeps the same stream, whatever became of the tracks. */
  show(sounds: readonly RemoteSound[]): RemoteOutput[];
}

/** One stream per person who sends: the page plays it, and need not know of consumers or of a session rebuilt. */
export const createOutputs = (createMediaStream: () => MediaStream): Outputs => {
  const outputs = new Map<string, Output>();
  const showOne = (userId: string, sounds: readonly RemoteSound[]) => {
    const userName = sounds.find((sound) => sound.userName !== '')?.userName ?? '';
    const known = outputs.get(userId);
    const stream = known?.output.stream ?? createMediaStream();
    const tracks = new Set(sounds.map(({ track }) => track));
    for (const track of known?.tracks ?? []) if (!tracks.has(track)) stream.removeTrack(track);
    for (const track of tracks) if (!known?.tracks.has(track)) stream.addTrack(track);
    const output = known?.output.userName === userName ? known.output : { userId, userName, stream };
    outputs.set(userId, { output, tracks });
  };
  return {
    show: (sounds) => {
      const byUser = new Map<string, RemoteSound[]>();
      for (const sound of sounds) byUser.set(sound.userId, [...(byUser.get(sound.userId) ?? []), sound]);
      for (const userId of [...outputs.keys()]) if (!byUser.has(userId)) outputs.delete(userId);
      for (const [userId, own] of byUser) showOne(userId, own);
      return [...outputs.values()].map(({ output }) => output);
    },
  };
};
