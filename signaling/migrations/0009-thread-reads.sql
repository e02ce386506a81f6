-- What somebody has read of a thread, apart from its room. SQL is limited to what PostgreSQL 15 knows.

CREATE TABLE thread_reads (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  root_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  seq bigint NOT NULL,
  PRIMARY KEY (user_id, root_id)
);

-- Without a position in it: a mark that moves stays on its page.
CREATE INDEX thread_reads_by_root ON thread_reads (root_id);

-- Of a thread that somebody never looked into, what stands up to here is old to them: it was written before they first
-- read the room.
ALTER TABLE room_reads ADD COLUMN threads_since_seq bigint NOT NULL DEFAULT 0;
UPDATE room_reads SET threads_since_seq = seq;

-- Marks of a room leave what its threads hold alone, and the reverse.
ALTER TABLE inbox ADD COLUMN thread_root_id uuid;
UPDATE inbox i SET thread_root_id = m.thread_root_id FROM messages m
  WHERE m.id = i.message_id AND m.thread_root_id IS NOT NULL;

-- A room's threads, the one answered last first.
CREATE INDEX messages_with_thread ON messages (room_id, thread_last_reply_at, id) WHERE thread_reply_count > 0;
