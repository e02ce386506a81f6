-- Roles, invitations and moderation; messages that change; what somebody has read. SQL is limited to what PostgreSQL 15 knows.

-- Accounts. One that was deleted keeps its row, without address, password and name, so that its messages keep an author.
ALTER TABLE users
  ALTER COLUMN email DROP NOT NULL,
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD COLUMN is_administrator boolean NOT NULL DEFAULT false,
  ADD COLUMN banned_at timestamptz,
  ADD COLUMN banned_until timestamptz,
  ADD COLUMN ban_reason text,
  ADD COLUMN deleted_at timestamptz;
CREATE INDEX users_by_name ON users (lower(name) text_pattern_ops) WHERE deleted_at IS NULL;

ALTER TABLE sessions
  ADD COLUMN user_agent text,
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
  -- A session that renews short access tokens: the hash of its refresh token, and of the one before.
  ADD COLUMN refresh_hash bytea,
  ADD COLUMN previous_refresh_hash bytea,
  ADD COLUMN refreshed_at timestamptz;

-- Tickets are signed; a row says that one was used. It is kept until the ticket would have ended by itself.
CREATE TABLE used_tickets (
  id uuid PRIMARY KEY,
  expires_at timestamptz NOT NULL
);

CREATE TABLE password_resets (
  code_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE server_settings (
  name text PRIMARY KEY,
  value jsonb NOT NULL
);

-- Rooms.
ALTER TABLE rooms
  ADD COLUMN kind text NOT NULL DEFAULT 'room' CHECK (kind IN ('room', 'direct')),
  -- Of a direct room: the ids of its two people, in order.
  ADD COLUMN direct_key text UNIQUE,
  ADD COLUMN topic text NOT NULL DEFAULT '',
  ADD COLUMN category text,
  ADD COLUMN position integer NOT NULL DEFAULT 0,
  ADD COLUMN slow_mode_s integer NOT NULL DEFAULT 0 CHECK (slow_mode_s >= 0),
  ADD COLUMN accepts_requests boolean NOT NULL DEFAULT true,
  ADD COLUMN archived_at timestamptz,
  -- Nobody is in it any more, and what was written there is being deleted.
  ADD COLUMN deleted_at timestamptz,
  -- Messages ever written to the room itself, not to its threads: what is unread is a difference of two counts.
  ADD COLUMN message_count bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_message_at timestamptz;

CREATE TABLE room_bans (
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  banned_by uuid REFERENCES users (id) ON DELETE SET NULL,
  reason text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  PRIMARY KEY (room_id, user_id)
);

CREATE TABLE room_mutes (
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  muted_by uuid REFERENCES users (id) ON DELETE SET NULL,
  text boolean NOT NULL,
  voice boolean NOT NULL,
  reason text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  PRIMARY KEY (room_id, user_id)
);

-- An invitation without a room is one to the server: it opens registration, and nothing else.
CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  code_hash bytea NOT NULL UNIQUE,
  room_id uuid REFERENCES rooms (id) ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'member' CHECK (role IN ('moderator', 'member', 'guest')),
  makes_administrator boolean NOT NULL DEFAULT false,
  created_by uuid REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  max_uses integer,
  uses integer NOT NULL DEFAULT 0,
  revoked_at timestamptz
);
CREATE INDEX invitations_by_room ON invitations (room_id);

CREATE TABLE join_requests (
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  text text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (room_id, user_id)
);

CREATE TABLE blocks (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  blocked_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, blocked_user_id)
);

-- Who did what to whom. Rows without a room are the server's.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id uuid REFERENCES rooms (id) ON DELETE CASCADE,
  actor_id uuid REFERENCES users (id) ON DELETE SET NULL,
  action text NOT NULL,
  target_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  target_message_id uuid,
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_by_room ON audit_log (room_id, id);

-- Messages. `revision` is the position of the last event that changed the message: what changed after a position is found by
-- it, in the state that it has now, so that a text which was deleted is nowhere.
ALTER TABLE messages
  DROP CONSTRAINT messages_user_id_fkey,
  ADD CONSTRAINT messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
  ADD COLUMN revision bigint,
  -- Counts the room's own messages up to this one; null in a thread.
  ADD COLUMN ordinal bigint,
  ADD COLUMN edited_at timestamptz,
  ADD COLUMN deleted_at timestamptz,
  ADD COLUMN reply_to uuid,
  ADD COLUMN thread_root_id uuid,
  ADD COLUMN thread_reply_count integer NOT NULL DEFAULT 0,
  ADD COLUMN thread_last_reply_at timestamptz,
  ADD COLUMN pinned_at timestamptz,
  -- [{userId, userName}] as the names were when it was written.
  ADD COLUMN mentions jsonb,
  ADD COLUMN mentions_everyone boolean NOT NULL DEFAULT false,
  ADD COLUMN previews jsonb,
  -- The configuration `russian` stems Cyrillic words as Russian and Latin ones as English.
  ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('russian', text)) STORED;

UPDATE messages m SET revision = n.seq, ordinal = n.ordinal FROM (
  SELECT id, seq, row_number() OVER (PARTITION BY room_id ORDER BY seq) AS ordinal FROM messages
) n WHERE n.id = m.id;
UPDATE rooms r SET message_count = n.count, last_message_at = n.latest FROM (
  SELECT room_id, count(*) AS count, max(created_at) AS latest FROM messages GROUP BY room_id
) n WHERE n.room_id = r.id;

ALTER TABLE messages ALTER COLUMN revision SET NOT NULL;
CREATE INDEX messages_by_revision ON messages (room_id, revision);
-- The room's own messages, without those in threads: pages, and how many stand up to a position.
CREATE INDEX messages_own ON messages (room_id, seq) WHERE thread_root_id IS NULL;
CREATE INDEX messages_by_author ON messages (user_id, room_id, seq);
CREATE INDEX messages_of_thread ON messages (thread_root_id, seq) WHERE thread_root_id IS NOT NULL;
CREATE INDEX messages_pinned ON messages (room_id, pinned_at) WHERE pinned_at IS NOT NULL;
CREATE INDEX messages_replies ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX messages_search ON messages USING gin (search);

CREATE TABLE reactions (
  message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  emoji text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, emoji, user_id)
);

-- An attachment belongs to its message; until it is sent, to whoever uploaded it, and not for long.
CREATE TABLE attachments (
  id uuid PRIMARY KEY,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  message_id uuid REFERENCES messages (id) ON DELETE CASCADE,
  position integer NOT NULL DEFAULT 0,
  name text NOT NULL,
  media_type text NOT NULL,
  size_bytes bigint NOT NULL,
  width integer,
  height integer,
  has_thumbnail boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX attachments_by_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_by_user ON attachments (user_id);
CREATE INDEX attachments_unsent ON attachments (created_at) WHERE message_id IS NULL;

CREATE TABLE reports (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  reporter_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  resolved_by uuid REFERENCES users (id) ON DELETE SET NULL,
  UNIQUE (message_id, reporter_id)
);
CREATE INDEX reports_open ON reports (room_id, created_at) WHERE resolved_at IS NULL;

-- What somebody has read, and of what they want to be told.
CREATE TABLE room_reads (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  seq bigint NOT NULL,
  message_count bigint NOT NULL,
  PRIMARY KEY (user_id, room_id)
);

-- Without a position in it: a mark that moves stays on its page.
CREATE INDEX room_reads_by_room ON room_reads (room_id);

CREATE TABLE room_preferences (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  notify text NOT NULL CHECK (notify IN ('all', 'mentions', 'nothing')),
  PRIMARY KEY (user_id, room_id)
);

CREATE TABLE inbox (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  room_id uuid NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  seq bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('mention', 'everyone', 'reply', 'thread')),
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  PRIMARY KEY (user_id, message_id)
);
CREATE INDEX inbox_by_message ON inbox (message_id);
CREATE INDEX inbox_by_time ON inbox (user_id, created_at);
CREATE INDEX inbox_unread ON inbox (user_id, room_id) WHERE read_at IS NULL;
