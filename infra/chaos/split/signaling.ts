import { endProcess } from '../../../signaling/test/processes.ts';
import { silentAfterMs } from '../../../web/e2e/gap.ts';
import { pollUntil } from '../../../web/e2e/poll.ts';
import { lead, type SplitCall } from './split-call.ts';

/**
 * Kills the process that the first caller is at, and leads everybody who was there to the other one, as a proxy does.
 * @returns how to start another in its place, and to send the first caller there: the next to be killed.
 */
export const killSignaling = async (call: SplitCall): Promise<() => Promise<void>> => {
  const [anna] = call.callers;
  const victim = anna.at;
  const other = call.signaling.find((process) => process !== victim);
  if (!other) throw new Error('there is no other signaling process');
  await endProcess(victim.child, 'SIGKILL');
  for (const caller of call.callers) if (caller.at === victim) lead(caller, other);
  return async () => {
    const fresh = await call.cluster.startSignaling();
    call.signaling.splice(call.signaling.indexOf(victim), 1, fresh);
    // The socket that stands stays where it is: the next victim has those who came here.
    const [, boris, clara] = call.callers;
    for (const caller of [boris, clara]) lead(caller, fresh);
  };
};

const people = ({ callers }: SplitCall) => {
  const [anna, boris, clara] = callers.map(({ person }) => person);
  if (!anna || !boris || !clara) throw new Error('three people are needed');
  return { anna, boris, clara };
};

/** The third caller joins and leaves, and the others see it. */
export const comesAndGoes = async (call: SplitCall): Promise<void> => {
  const { anna, boris, clara } = people(call);
  await clara.joinVoice();
  await Promise.all([anna.sees(clara.name), boris.sees(clara.name)]);
  await clara.leaveVoice();
  await Promise.all([anna.noLongerSees(clara.name), boris.noLongerSees(clara.name)]);
};

/**
 * Has the first caller muted, and the third one come and go; each must be seen by others.
 * @returns when all of that was seen, wall time.
 */
export const provesControl = async (call: SplitCall): Promise<number> => {
  const { anna, boris } = people(call);
  const steady = (await boris.blocksOf(anna)).slice(-100);
  const mutedAt = await anna.toggleMute();
  const silence = pollUntil({
    read: async () => silentAfterMs(await boris.blocksOf(anna), mutedAt, steady),
    fits: (ms) => ms !== undefined,
    what: 'the muted one is silent',
  });
  await Promise.all([comesAndGoes(call), silence]);
  const worksAt = Date.now();
  await anna.toggleMute();
  await boris.hearsPitchOf(anna);
  return worksAt;
};
