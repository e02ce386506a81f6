-- Pictures of people, and of the pages that messages name. Each is a file of its own beside those of messages, and never changes:
-- another picture has another id.
CREATE TABLE user_pictures (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  id uuid NOT NULL UNIQUE,
  size_bytes integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- One of each preview that has a picture: what two messages show of the same page, each has for itself.
CREATE TABLE preview_pictures (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  size_bytes integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX preview_pictures_by_message ON preview_pictures (message_id);
CREATE INDEX preview_pictures_by_time ON preview_pictures (created_at, id);

CREATE TRIGGER user_pictures_leave_files AFTER DELETE ON user_pictures
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION remember_attachment_files();
CREATE TRIGGER preview_pictures_leave_files AFTER DELETE ON preview_pictures
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION remember_attachment_files();

-- Whatever takes a preview away, an edit or a deletion by whomever, takes its picture with it.
CREATE FUNCTION forget_preview_pictures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM preview_pictures p WHERE p.message_id = NEW.id AND NOT EXISTS (
    SELECT FROM jsonb_array_elements(coalesce(NEW.previews, '[]')) AS preview
    WHERE preview -> 'picture' ->> 'id' = p.id::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER messages_leave_preview_pictures AFTER UPDATE OF previews ON messages
  FOR EACH ROW WHEN (OLD.previews IS NOT NULL AND OLD.previews IS DISTINCT FROM NEW.previews)
  EXECUTE FUNCTION forget_preview_pictures();

-- Every file that something needs: whatever else is stored belongs to nobody.
CREATE VIEW known_files AS
  SELECT id FROM attachments UNION ALL SELECT id FROM user_pictures UNION ALL SELECT id FROM preview_pictures;
