import type { AdminUser, Invitation, RegistrationMode, Report } from '@boltorezka/protocol';
import type { Http } from './http.ts';

export interface UserPage {
  users: AdminUser[];
  next_cursor: string | null;
}

/** What administrators of the server do. For anybody else everything rejects with `Forbidden`. */
export interface Admin {
  registration(): Promise<RegistrationMode>;
  setRegistration(mode: RegistrationMode): Promise<RegistrationMode>;
  users(asked?: { query?: string; cursor?: string }): Promise<UserPage>;
  /** What is left out stays as it is. `Conflict`: one administrator has to stay. */
  updateUser(
    userId: string,
    change: {
      is_administrator?: boolean;
      ban?: { reason?: string; expires_at?: string | null } | null;
    },
  ): Promise<AdminUser>;
  deleteUser(userId: string, options: { eraseMessages: boolean }): Promise<void>;
  /** `NotFound`: there is none. */
  removePicture(userId: string): Promise<void>;
  /** The code is told once. */
  resetPassword(userId: string): Promise<{ code: string; expires_at: string }>;
  invitations(): Promise<Invitation[]>;
  createInvitation(input: {
    expires_in_s: number | null;
    max_uses: number | null;
  }): Promise<{ invitation: Invitation; code: string }>;
  revokeInvitation(invitationId: string): Promise<void>;
  /** Those that nobody else could deal with, the first one first; of the room nothing but the message is seen. */
  reports(): Promise<Report[]>;
  resolveReport(reportId: string): Promise<void>;
}

export const createAdmin = (http: Http): Admin => ({
  registration: async () => (await http.call('admin.settings', {})).settings.registration,
  setRegistration: async (mode) =>
    (await http.call('admin.changeSettings', { body: { registration: mode } })).settings.registration,
  users: (asked = {}) => http.call('admin.users', { query: asked }),
  updateUser: async (userId, change) =>
    (await http.call('admin.updateUser', { params: { user_id: userId }, body: change })).user,
  deleteUser: async (userId, { eraseMessages }) => {
    await http.call('admin.deleteUser', {
      params: { user_id: userId },
      body: { erase_messages: eraseMessages },
    });
  },
  removePicture: async (userId) => {
    await http.call('admin.removePicture', { params: { user_id: userId } });
  },
  resetPassword: (userId) => http.call('admin.resetPassword', { params: { user_id: userId } }),
  invitations: async () => (await http.call('admin.invitations', {})).invitations,
  createInvitation: (input) => http.call('admin.createInvitation', { body: input }),
  revokeInvitation: async (invitationId) => {
    await http.call('admin.revokeInvitation', { params: { invitation_id: invitationId } });
  },
  reports: async () => (await http.call('reports.server', {})).reports,
  resolveReport: async (reportId) => {
    await http.call('reports.resolve', { params: { report_id: reportId } });
  },
});
