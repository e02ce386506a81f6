-- Whoever changes their password, or ends their other sessions, ends the copies of the token of the session that stays: from then
-- until that is renewed, its latest answer alone is good.
ALTER TABLE sessions ADD COLUMN are_copies_ended boolean NOT NULL DEFAULT false;

-- Owners whom the server keeps out for good since before such a ban passed their rooms on, and who did it: passed on once. A ban that
-- was made later has done so itself, and what has become of the room since then is not asked again.
CREATE TABLE banned_owners (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  actor_id uuid REFERENCES users (id) ON DELETE SET NULL
);
INSERT INTO banned_owners (user_id, actor_id)
  SELECT u.id, a.actor_id FROM users u
  LEFT JOIN (SELECT DISTINCT ON (target_user_id) target_user_id, actor_id FROM audit_log WHERE action = 'user.ban'
    ORDER BY target_user_id, id DESC) a ON a.target_user_id = u.id
  WHERE u.deleted_at IS NULL AND u.banned_until IS NULL
    AND u.banned_at < (SELECT applied_at FROM schema_migrations WHERE name = '0016-moderation.sql')
    AND EXISTS (SELECT FROM room_members m JOIN rooms r ON r.id = m.room_id
      WHERE m.user_id = u.id AND m.role = 'owner' AND r.kind = 'room');

-- What was decided about somebody is found when they ask what is kept of them.
CREATE INDEX audit_log_by_target ON audit_log (target_user_id, id) WHERE target_user_id IS NOT NULL;
