//! `twoken-server staff add | reset-password | reset-totp | unlock`.

use std::io::Write;

use clap::{Args, Subcommand};
use tracing::level_filters::LevelFilter;

use super::Error;
use super::settings::SettingsArgs;
use crate::clock::Clock;
use crate::domain::staff::{Office, Role, Staff};
use crate::logging;

#[derive(Debug, Subcommand)]
pub(super) enum StaffCommand {
    /// Make an account. Prints its password, which must be changed at the first sign-in, and the second factor; once.
    Add {
        #[command(flatten)]
        who: Who,
        /// What it may do; each role may what the ones before it may.
        #[arg(long, value_enum)]
        role: Role,
        /// The printed password need not be changed. For trying out.
        #[arg(long)]
        lasting: bool,
    },
    /// Print a new password, which must be changed at the next sign-in. Ends the account's sessions and lifts a lock-out.
    ResetPassword {
        #[command(flatten)]
        who: Who,
    },
    /// Print a new second factor; the one before is void. Ends the account's sessions and lifts a lock-out.
    ResetTotp {
        #[command(flatten)]
        who: Who,
    },
    /// Lift a lock-out.
    Unlock {
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// The account's name, in any case.
    name: String,
    #[command(flatten)]
    settings: SettingsArgs,
}

impl StaffCommand {
    pub(super) async fn run(
        self,
        clock: &Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        logging::start(LevelFilter::WARN);
        let (Self::Add { who, .. }
        | Self::ResetPassword { who }
        | Self::ResetTotp { who }
        | Self::Unlock { who }) = &self;
        let name = &who.name;
        let settings = who.settings.read(variables)?.0;
        let (keys, store) = who.settings.data.open(matches!(self, Self::Add { .. })).await?;
        let staff = Staff::new(&settings, clock);
        let office = Office { staff: &staff, store: &store, keys: &keys, now: clock.now() };
        match &self {
            Self::Add { role, lasting, .. } => {
                let made = office.add_account(name, *role, *lasting).await?;
                writeln!(out, "password: {}\n{}", *made.password, *made.uri)?;
            }
            Self::ResetPassword { .. } => {
                writeln!(out, "password: {}", *office.reset_password(name).await?)?;
            }
            Self::ResetTotp { .. } => writeln!(out, "{}", *office.reset_second_factor(name).await?)?,
            Self::Unlock { .. } => office.lift_lock(name).await?,
        }
        store.close().await;
        Ok(out.flush()?)
    }
}
