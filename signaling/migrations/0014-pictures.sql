-- Pictures of people. Each is a file of its own beside those of messages, and never changes: another picture has another id.
CREATE TABLE user_pictures (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  id uuid NOT NULL UNIQUE,
  size_bytes integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER user_pictures_leave_files AFTER DELETE ON user_pictures
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION remember_attachment_files();

-- Every file that something needs: whatever else is stored belongs to nobody.
CREATE VIEW known_files AS
  SELECT id FROM attachments UNION ALL SELECT id FROM user_pictures;
