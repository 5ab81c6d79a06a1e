//! Time passes for a server's data: what its own database remembers of times is moved into the past.

import fs from 'node:fs';
import path from 'node:path';
import sqlite from 'sql.js';

/** TANs of an hour are over, and not forgotten yet: a day went by. The server must be stopped. */
export const expire = (server) => change(server, 'UPDATE tan SET expires_hour = expires_hour - 24');

/** Every pool that a sealing tick has seen was seen so many hours earlier. The server must be stopped. */
export const wait = (server, hours) =>
  change(server, `UPDATE pool SET waiting_since = waiting_since - ${hours * 3600} WHERE waiting_since IS NOT NULL`);

/** Changes rows, and answers how many. */
async function change(server, statement) {
  const file = path.join(server.data, 'twoken.db');
  if (fs.existsSync(`${file}-wal`) && fs.statSync(`${file}-wal`).size > 0) {
    throw new Error('the stopped server has left a write-ahead log');
  }
  const bytes = fs.readFileSync(file);
  // Format version 1 (rollback journal) for 2 (write-ahead log), which needs shared memory; the server sets it back.
  bytes.fill(1, 18, 20);
  const { Database } = await sqlite();
  const database = new Database(bytes);
  database.run(statement);
  const changed = database.getRowsModified();
  if (changed === 0) throw new Error('there is nothing that could grow older');
  fs.writeFileSync(file, database.export());
  database.close();
  return changed;
}
