export { type Attendance, createAttendance } from './attendance.ts';
export { deleteClosings } from './closing-repository.ts';
export { selectDirectRoomId } from './direct-repository.ts';
export { createDirectService } from './direct-service.ts';
export {
  assertMay,
  createNoRoomError,
  createRoomGuard,
  type FindRoomById,
  findRoom,
  isHidden,
  type RequireInRoom,
  type RoomForAll,
  type RoomForUser,
  requireLocked,
  toRoomForAll,
  toRoomForUser,
} from './guard.ts';
export {
  type GuardRow,
  isBannedFrom,
  lockRoom,
  type RoomRow,
  roomColumns,
  takePosition,
  toRoomDetails,
} from './guard-repository.ts';
export { createRoomHandlers } from './handlers.ts';
export { selectRoomFor } from './list-repository.ts';
export { createRoomNews, type RoomNews } from './news.ts';
export { RoomPurging } from './purging.ts';
export { createRoomRepository, insertFirstMark, type RoomRepository, selectMemberIds } from './repository.ts';
export { changingTooFast, registerRoomRoutes } from './routes.ts';
export { createRoomService } from './service.ts';
