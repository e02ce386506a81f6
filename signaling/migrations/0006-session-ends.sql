-- Sessions that are over are swept every few minutes: by this, without reading those that go on.
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- What somebody has reacted to is exported page by page.
CREATE INDEX reactions_by_user ON reactions (user_id);
