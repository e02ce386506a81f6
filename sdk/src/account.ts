import { type AccountExport, AppError, type DeviceSession, type Room, type User } from '@boltorezka/protocol';
import type { AuthService } from './auth-service.ts';
import { sleep } from './backoff.ts';
import type { Http } from './http.ts';

/** All that the server keeps of a person. */
export interface ExportedData {
  account: NonNullable<AccountExport['account']> | null;
  messages: AccountExport['messages'];
  reactions: AccountExport['reactions'];
  inbox: AccountExport['inbox'];
}

/** One's own account. Everything rejects with the `AppError` that the server answered. */
export interface Account {
  rename(name: string): Promise<User>;
  /** The other sessions end. `Forbidden`: the current password is wrong. */
  changePassword(change: { current: string; next: string }): Promise<void>;
  sessions(): Promise<DeviceSession[]>;
  endSession(sessionId: string): Promise<void>;
  endOtherSessions(): Promise<void>;
  /**
   * Everything, page by page.
   * @param onProgress how many messages are there so far.
   */
  exportData(options?: {
    onProgress?: (messageCount: number) => void;
    signal?: AbortSignal;
  }): Promise<ExportedData>;
  /** From now on I belong to its room, where it is to one. `NotFound`: it works no more. */
  acceptInvitation(code: string): Promise<Room | null>;
  /** For good; this session ends with it, and nothing unsent stays here. `Forbidden`: the password is wrong. */
  delete(input: { password: string; eraseMessages: boolean }): Promise<void>;
}

export interface AccountDeps {
  http: Http;
  auth: Pick<AuthService, 'handleUser' | 'handleDeleted'>;
  /** What is kept here of this person's, and the server does not have. */
  eraseUnsent: () => void;
}

const defaultRetryMs = 1_000;

/** A page that comes too soon is waited for. */
const readPage = async (
  http: Http,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<AccountExport> => {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await http.call('auth.export', { query: cursor === undefined ? {} : { cursor } }, { signal });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RateLimited') throw error;
      await sleep(error.retryAfterMs ?? defaultRetryMs, signal);
    }
  }
};

const createExport =
  (http: Http): Account['exportData'] =>
  async ({ onProgress, signal = new AbortController().signal } = {}) => {
    const data: ExportedData = { account: null, messages: [], reactions: [], inbox: [] };
    let cursor: string | undefined;
    do {
      const page = await readPage(http, cursor, signal);
      data.account ??= page.account ?? null;
      data.messages.push(...page.messages);
      data.reactions.push(...page.reactions);
      data.inbox.push(...page.inbox);
      onProgress?.(data.messages.length);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return data;
  };

export const createAccount = ({ http, auth, eraseUnsent }: AccountDeps): Account => ({
  rename: async (name) => {
    const { user } = await http.call('auth.rename', { body: { name } });
    auth.handleUser(user);
    return user;
  },
  changePassword: async ({ current, next }) => {
    await http.call('auth.changePassword', { body: { current_password: current, new_password: next } });
  },
  sessions: async () => (await http.call('auth.sessions', {})).sessions,
  endSession: async (sessionId) => {
    await http.call('auth.endSession', { params: { session_id: sessionId } });
  },
  endOtherSessions: async () => {
    await http.call('auth.endOtherSessions', {});
  },
  exportData: createExport(http),
  acceptInvitation: async (code) => (await http.call('invitations.accept', { body: { code } })).room,
  delete: async ({ password, eraseMessages }) => {
    await http.call('auth.delete', { body: { password, erase_messages: eraseMessages } });
    eraseUnsent();
    auth.handleDeleted();
  },
});
