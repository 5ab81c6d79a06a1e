//! Why it was not made or brought, in words: what happened, that nothing has changed, and what to do.

use crate::components::message::Said;
use crate::components::problems::Problems;
use crate::i18n::{I18n, t_string};
use crate::state::{BackupProblem, MOST_SERVERS, SealProblem};

/// In words.
pub(super) fn said_of(i18n: I18n, problems: Problems, problem: &BackupProblem, making: bool) -> Said {
    let title = if making { t_string!(i18n, backup.not_made) } else { t_string!(i18n, backup.not_brought) };
    let text = match problem {
        BackupProblem::Seal(SealProblem::NotAge) | BackupProblem::NotOurs => {
            t_string!(i18n, backup.no_backup)
        }
        BackupProblem::Seal(SealProblem::Version | SealProblem::Recipients) => {
            t_string!(i18n, backup.other_kind)
        }
        BackupProblem::Seal(SealProblem::Work) => t_string!(i18n, backup.too_much_work),
        BackupProblem::Seal(SealProblem::Passphrase) => t_string!(i18n, backup.wrong_passphrase),
        BackupProblem::Seal(SealProblem::Damaged) | BackupProblem::Malformed => {
            t_string!(i18n, backup.damaged)
        }
        BackupProblem::Seal(SealProblem::Truncated) => t_string!(i18n, backup.cut_off),
        BackupProblem::TooLarge => t_string!(i18n, backup.too_large),
        BackupProblem::Unreadable => t_string!(i18n, backup.unreadable),
        BackupProblem::Version(_) => t_string!(i18n, backup.other_version),
        BackupProblem::Unfinished => t_string!(i18n, backup.unfinished),
        BackupProblem::Worker => t_string!(i18n, backup.no_memory),
        BackupProblem::OtherKey(origin) => {
            return Said::bad(title, t_string!(i18n, backup.other_key, origin = origin.clone()));
        }
        BackupProblem::Servers => {
            return Said::bad(title, t_string!(i18n, servers.bad_full, most = MOST_SERVERS.to_string()));
        }
        BackupProblem::OtherServer(origin) => {
            let origin = origin.clone();
            return Said::bad(title, t_string!(i18n, backup.other_server, origin = origin));
        }
        BackupProblem::Storage(problem) => return problems.storage(problem),
    };
    Said::bad(title, text)
}
