//! Who seals: one process at a time, by a lock that the system takes back from whoever dies.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use super::{Error, Result, Store};

/// The file that is locked; it stays empty.
const FILE_NAME: &str = "sealing.lock";

/// Held while sealing and while sweeping what a sealing left over. Given back when dropped.
#[derive(Debug)]
pub struct SealingLock {
    _file: File,
}

impl Store {
    /// The right to seal; `None` while somebody else has it, in this process or another.
    ///
    /// # Errors
    /// [`Error::Lock`].
    pub fn try_lock_sealing(&self) -> Result<Option<SealingLock>> {
        let path = self.folder.join(FILE_NAME);
        let failed = |source| Error::Lock { path: PathBuf::from(&path), source };
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(SealingLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}
