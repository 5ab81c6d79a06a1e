//! Time passes for a server's data: the hours of its TANs are moved into the past, in its own database.

import fs from 'node:fs';
import path from 'node:path';
import sqlite from 'sql.js';

/** Every TAN's hour of expiry is over. The server must be stopped. */
export async function expire(server) {
  const file = path.join(server.data, 'twoken.db');
  if (fs.existsSync(`${file}-wal`) && fs.statSync(`${file}-wal`).size > 0) {
    throw new Error('the stopped server has left a write-ahead log');
  }
  const bytes = fs.readFileSync(file);
  // Format version 1 (rollback journal) for 2 (write-ahead log), which needs shared memory; the server sets it back.
  bytes.fill(1, 18, 20);
  const { Database } = await sqlite();
  const database = new Database(bytes);
  database.run('UPDATE tan SET expires_hour = expires_hour - 400');
  if (database.getRowsModified() === 0) throw new Error('there is no TAN to expire');
  fs.writeFileSync(file, database.export());
  database.close();
}
