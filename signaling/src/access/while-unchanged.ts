/** Changes that come while the database is asked make the answer old; as often it is asked again. */
const maxQuestions = 5;

/** How it stands when nothing more is heard: an older answer would undo what was done meanwhile. */
export const whileUnchanged = async <T>(mark: () => number, ask: () => Promise<T>): Promise<T> => {
  for (let asked = 1; ; asked += 1) {
    const before = mark();
    const answer = await ask();
    if (before === mark() || asked === maxQuestions) return answer;
  }
};
