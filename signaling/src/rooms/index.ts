export { type Attendance, createAttendance } from './attendance.ts';
export { createRoomHandlers } from './handlers.ts';
export { createRoomRepository, type RoomRepository } from './repository.ts';
export { registerRoomRoutes } from './routes.ts';
export { createFindEnterableRoom, type FindEnterableRoom } from './service.ts';
