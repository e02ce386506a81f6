export { type Attendance, createAttendance } from './attendance.ts';
export {
  createRoomGuard,
  type FindRoomById,
  type RequireInRoom,
  type RoomForUser,
  type RoomGuard,
} from './guard.ts';
export { type RoomRow, roomColumns, takePosition, toRoomDetails } from './guard-repository.ts';
export { createRoomHandlers } from './handlers.ts';
export { createRoomRepository, type RoomRepository } from './repository.ts';
export { registerRoomRoutes } from './routes.ts';
