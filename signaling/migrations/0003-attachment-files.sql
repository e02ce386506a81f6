-- Files of attachments whose rows are gone. Rows go in many ways: a message is deleted, a room, an account, an upload that
-- nobody sent. The files outlive them until they are swept, and here is what is left to sweep.
CREATE TABLE attachment_files_to_delete (
  id uuid PRIMARY KEY,
  -- Not before: a file that nothing knows of, found by comparing the storage with the rows, is given a day.
  delete_after timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX attachment_files_by_time ON attachment_files_to_delete (delete_after);

CREATE FUNCTION remember_attachment_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO attachment_files_to_delete (id) SELECT id FROM gone
  ON CONFLICT (id) DO UPDATE SET delete_after = now();
  RETURN NULL;
END
$$;

CREATE TRIGGER attachments_leave_files AFTER DELETE ON attachments
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION remember_attachment_files();
