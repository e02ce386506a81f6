export { type Attendance, createAttendance } from './attendance.ts';
export {
  assertMay,
  createRoomGuard,
  type FindRoomById,
  type RequireInRoom,
  type RoomForUser,
  type RoomGuard,
  toRoomForUser,
} from './guard.ts';
export { type GuardRow, roomColumns, takePosition } from './guard-repository.ts';
export { createRoomHandlers } from './handlers.ts';
export { createRoomRepository, type RoomRepository } from './repository.ts';
export { registerRoomRoutes } from './routes.ts';
