-- Sessions that are over are swept every few minutes: by this, without reading those that go on.
CREATE INDEX sessions_by_end ON sessions (expires_at);
