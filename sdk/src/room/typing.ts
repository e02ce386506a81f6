import { limits, type Member } from '@boltorezka/protocol';

export interface TypingDeps {
  /** Says that I write; what becomes of it does not matter. */
  notify: (threadRootId: string | null) => void;
  onChange: () => void;
}

/** Who writes, and saying that I do. Null stands for the room itself. */
export interface Typing {
  handleTyping(person: Member, threadRootId: string | null): void;
  /** What they wrote is here. */
  handleWritten(userId: string, threadRootId: string | null): void;
  typingIn(threadRootId: string | null): readonly Member[];
  notifyTyping(threadRootId: string | null): void;
  clear(): void;
}

interface Typist {
  person: Member;
  timer: ReturnType<typeof setTimeout>;
}

const nobody: readonly Member[] = [];

export const createTyping = ({ notify, onChange }: TypingDeps): Typing => {
  const typists = new Map<string | null, Map<string, Typist>>();
  const lists = new Map<string | null, readonly Member[]>();
  const lastNotifiedMs = new Map<string | null, number>();
  const show = (threadRootId: string | null): void => {
    lists.set(
      threadRootId,
      [...(typists.get(threadRootId)?.values() ?? [])].map(({ person }) => person),
    );
    onChange();
  };
  const stop = (userId: string, threadRootId: string | null): void => {
    const typist = typists.get(threadRootId)?.get(userId);
    if (!typist) return;
    clearTimeout(typist.timer);
    typists.get(threadRootId)?.delete(userId);
    show(threadRootId);
  };
  return {
    handleTyping: ({ userId, userName }, threadRootId) => {
      const known = typists.get(threadRootId) ?? new Map<string, Typist>();
      typists.set(threadRootId, known);
      const former = known.get(userId);
      clearTimeout(former?.timer);
      const timer = setTimeout(() => stop(userId, threadRootId), limits.typingShownMs);
      known.set(userId, { person: former?.person ?? { userId, userName }, timer });
      if (!former) show(threadRootId);
    },
    handleWritten: stop,
    typingIn: (threadRootId) => lists.get(threadRootId) ?? nobody,
    notifyTyping: (threadRootId) => {
      const nowMs = performance.now();
      const lastMs = lastNotifiedMs.get(threadRootId) ?? Number.NEGATIVE_INFINITY;
      if (nowMs - lastMs < limits.typingIntervalMs) return;
      lastNotifiedMs.set(threadRootId, nowMs);
      notify(threadRootId);
    },
    clear: () => {
      for (const people of typists.values()) for (const { timer } of people.values()) clearTimeout(timer);
      typists.clear();
      lists.clear();
      lastNotifiedMs.clear();
      onChange();
    },
  };
};
