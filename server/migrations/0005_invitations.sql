-- Invitations know who gave them, and go with the right to give them. Those from before are void: nobody knows whose they are.
-- `account` names an invitation until there is an account of that name.
DROP TABLE staff_invitation;

CREATE TABLE staff_invitation (
    token     BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    inviter   BLOB    NOT NULL REFERENCES staff_account (id),
    account   BLOB    NOT NULL UNIQUE CHECK (length(account) = 16),
    role      INTEGER NOT NULL CHECK (role IN (1, 2, 3)),
    expires   INTEGER NOT NULL,
    name      TEXT,
    name_key  TEXT,
    password  BLOB    CHECK (password IS NULL OR length(password) = 49),
    totp_salt BLOB    CHECK (totp_salt IS NULL OR length(totp_salt) = 16)
) STRICT, WITHOUT ROWID;
