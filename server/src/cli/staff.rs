//! `twoken-server staff add | reset-password | reset-totp | unlock | invitations | withdraw`.

use std::io::Write;

use clap::{Args, Subcommand};
use tracing::level_filters::LevelFilter;
use twoken_core::codec;
use twoken_core::units::Timestamp;

use super::Error;
use super::settings::SettingsArgs;
use crate::clock::Clock;
use crate::config::Profile;
use crate::domain::staff::{self, Office, Role, Staff};
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
    /// Print the invitations that nobody has used yet: id, role, when each is void, who invited.
    Invitations {
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Make an invitation void.
    Withdraw {
        /// As `staff invitations` prints it: 32 hexadecimal digits.
        id: String,
        #[command(flatten)]
        settings: SettingsArgs,
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
        clock: Clock,
        variables: Vec<(String, String)>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Error> {
        logging::start(LevelFilter::WARN);
        let settings = self.settings().read(variables.clone())?.0;
        let (keys, store) = self.settings().data.open(matches!(self, Self::Add { .. })).await?;
        let clock = self.settings().clock(variables, &store, clock).await?;
        let staff = Staff::new(&settings, &clock);
        let office = Office { staff: &staff, store: &store, keys: &keys, now: clock.now() };
        match &self {
            Self::Add { who, role, lasting } => {
                if *lasting && settings.profile == Profile::Strict {
                    tracing::warn!(
                        "`--lasting` is for trying out: whoever hands this password over goes on knowing it"
                    );
                }
                let made = office.add_account(&who.name, *role, *lasting).await?;
                writeln!(out, "password: {}\n{}", *made.password, *made.uri)?;
            }
            Self::ResetPassword { who } => {
                writeln!(out, "password: {}", *office.reset_password(&who.name).await?)?;
            }
            Self::ResetTotp { who } => writeln!(out, "{}", *office.reset_second_factor(&who.name).await?)?,
            Self::Unlock { who } => office.lift_lock(&who.name).await?,
            Self::Invitations { .. } => {
                for open in office.open_invitations().await? {
                    let (id, role) = (codec::to_hex(&open.id), open.role.name());
                    writeln!(out, "{id}  {role}  until {}  by {}", hour_of(open.expires), open.by)?;
                }
            }
            Self::Withdraw { id, .. } => {
                let id = codec::array_from_hex(id).map_err(|_| staff::Error::Invitation)?;
                office.withdraw_invitation(None, id).await?;
            }
        }
        store.close().await;
        Ok(out.flush()?)
    }
}

impl StaffCommand {
    const fn settings(&self) -> &SettingsArgs {
        match self {
            Self::Add { who, .. }
            | Self::ResetPassword { who }
            | Self::ResetTotp { who }
            | Self::Unlock { who } => &who.settings,
            Self::Invitations { settings } | Self::Withdraw { settings, .. } => settings,
        }
    }
}

/// `2026-11-22 13:00 UTC`, the hour in which it lies.
fn hour_of(time: Timestamp) -> String {
    let hour = time.since(time.day().start()) / 3600;
    format!("{} {hour:02}:00 UTC", time.day())
}
