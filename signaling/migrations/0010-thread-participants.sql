-- Who has written in a thread, and is told of the next reply: found without reading the thread.
CREATE TABLE thread_participants (
  root_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- The position of their last reply. No index has it: one that moves stays on its page.
  last_seq bigint NOT NULL,
  PRIMARY KEY (root_id, user_id)
);

INSERT INTO thread_participants (root_id, user_id, last_seq)
SELECT t.thread_root_id, t.user_id, max(t.seq) FROM messages t JOIN messages root ON root.id = t.thread_root_id
WHERE t.deleted_at IS NULL GROUP BY t.thread_root_id, t.user_id;
