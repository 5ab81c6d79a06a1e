//! The operating system's randomness, in the form the protocol core takes.

use getrandom::SysRng;
use rand_core::UnwrapErr;

/// The generator.
pub(crate) type System = UnwrapErr<SysRng>;

/// A generator that asks the operating system for every byte. It stops the process if the system has none: a server
/// without randomness must not go on.
#[must_use]
pub(crate) fn system() -> System {
    UnwrapErr(SysRng)
}

/// So many random bytes.
#[must_use]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    use rand_core::Rng;
    let mut bytes = [0; N];
    system().fill_bytes(&mut bytes);
    bytes
}
