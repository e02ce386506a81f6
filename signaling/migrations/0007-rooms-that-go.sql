-- What is deleted with its room is found by the room. SQL is limited to what PostgreSQL 15 knows.

CREATE INDEX inbox_by_room ON inbox (room_id);
CREATE INDEX attachments_by_room ON attachments (room_id);
CREATE INDEX room_preferences_by_room ON room_preferences (room_id);
CREATE INDEX reports_by_room ON reports (room_id);
