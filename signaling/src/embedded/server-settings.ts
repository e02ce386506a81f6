import { SOCKET_PORT } from './socket-dir.ts';

/**
 * What the server is started with. On the command line, where it outranks the files in the data directory, so
 * that a new release brings its own values to old data. What is not named here has PostgreSQL's default:
 * `fsync`, `full_page_writes` and `synchronous_commit` are on.
 */
export function listServerSettings(socketDir: string): Record<string, string> {
  return {
    // Reached through the socket alone, whose directory lets in only the server's user, us, and root.
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_directories: quoteListItem(socketDir),
    unix_socket_permissions: '0700',
    max_connections: '50',

    // For a team's chat beside a media server, not for a machine of its own.
    shared_buffers: '32MB',
    effective_cache_size: '256MB',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    huge_pages: 'off',

    // Processes that a small database does not need.
    io_method: 'sync',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    max_parallel_workers_per_gather: '0',

    // In files, not in /dev/shm: containers have 64 MB there, and systemd empties it when a user logs out.
    dynamic_shared_memory_type: 'mmap',

    // People's words are in statements, parameters and errors, and must not reach the log: only what the
    // server says of itself is written. The one who sent a statement gets its error anyway.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}

/** The server reads a list of names there, in which blanks and commas part items unless quoted. */
function quoteListItem(item: string): string {
  return `"${item.replaceAll('"', '""')}"`;
}
