import type { RouteName } from '@boltorezka/protocol';
import { answer, type RouteInput, type RouteRegistrar } from '../http/route.ts';
import type { Session } from '../http/session.ts';
import type { ServerInvitationRepository } from './invitation-repository.ts';
import { assertAdministrator } from './policy.ts';
import type { AdminRepository } from './repository.ts';
import type { AdminService } from './service.ts';

export interface AdminRouteDeps {
  admin: AdminRepository;
  serverInvitations: ServerInvitationRepository;
  adminService: AdminService;
}

type AdminRouteName = Extract<RouteName, `admin.${string}`>;

const ok = { ok: true as const };

/** Serves a route to administrators alone. */
const createAdminRoute =
  (route: RouteRegistrar) =>
  <N extends AdminRouteName>(
    name: N,
    handle: (input: RouteInput<N> & { session: Session }) => ReturnType<Parameters<typeof route<N>>[1]>,
  ): void =>
    route(name, async (input) => {
      const session = input.session as Session;
      assertAdministrator(session);
      return handle({ ...input, session } as RouteInput<N> & { session: Session });
    });

type AdminRoute = ReturnType<typeof createAdminRoute>;

const registerUsers = (route: AdminRoute, { admin, adminService }: AdminRouteDeps): void => {
  route('admin.users', async ({ query }) => {
    const { query: words, cursor, limit } = query;
    return answer(200, await admin.users({ query: words, cursor, limit }));
  });
  route('admin.updateUser', async ({ session, params, body }) =>
    answer(200, { user: await adminService.updateUser(session.user.id, params.user_id, body) }),
  );
  route('admin.deleteUser', async ({ session, params, body }) => {
    await adminService.deleteUser(session.user.id, params.user_id, body.erase_messages);
    return answer(200, ok);
  });
  route('admin.removePicture', async ({ session, params }) => {
    await adminService.removePicture(session.user.id, params.user_id);
    return answer(200, ok);
  });
  route('admin.resetPassword', async ({ session, params }) => {
    const made = await adminService.resetPassword(session.user.id, params.user_id);
    return answer(201, made);
  });
};

export const registerAdminRoutes = (registrar: RouteRegistrar, deps: AdminRouteDeps): void => {
  const { admin, serverInvitations, adminService } = deps;
  const route = createAdminRoute(registrar);
  const settings = async () => ({ settings: { registration: await admin.registration() } });
  route('admin.settings', async () => answer(200, await settings()));
  route('admin.changeSettings', async ({ session, body }) => {
    await admin.setRegistration(session.user.id, body.registration);
    return answer(200, await settings());
  });
  registerUsers(route, deps);
  route('admin.createInvitation', async ({ session, body }) =>
    answer(201, await adminService.invite(session.user.id, body)),
  );
  route('admin.invitations', async () => answer(200, { invitations: await serverInvitations.list() }));
  route('admin.revokeInvitation', async ({ session, params }) => {
    await adminService.revokeInvitation(session.user.id, params.invitation_id);
    return answer(200, ok);
  });
};
