-- What deleted accounts have left behind, and is still to be cleared: it may be more than one transaction should hold. A row goes
-- when all of it is gone.
CREATE TABLE account_clearings (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  -- What they wrote goes as well.
  erases_messages boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
