-- Direct rooms that one of their two people has taken out of their list. SQL is limited to what PostgreSQL 15 knows.
CREATE TABLE closed_rooms (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX closed_rooms_by_user ON closed_rooms (user_id);

-- A room's invitations in the order of their pages.
DROP INDEX invitations_by_room;
CREATE INDEX invitations_by_room ON invitations (room_id, created_at, id);
