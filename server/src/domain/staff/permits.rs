//! Permits of the staff's class, for whoever is signed in. What is written down is that one was given; which upload it leads to,
//! no computation tells, and the upload itself comes without the session.

use twoken_core::permit::{Class, PermitInfo};
use twoken_core::units::Timestamp;
use twoken_core::wire::{PermitResponse, StaffPermitRequest};

use super::sessions::Session;
use super::{Error, Office, Result};
use crate::random;

/// Most permits that one account is given on a day (UTC): more patients than anybody scans.
pub const MOST_OF_DAY: u32 = 200;
/// How far a clinic's clock may be off when the week turns, in seconds: as far as a client is told that its clock is wrong.
const CLOCK_SECONDS: u64 = 300;

impl Office<'_> {
    /// Evaluates a blinded element under (staff, week). The same element gets the same evaluation again, and is not counted
    /// twice when that is soon.
    ///
    /// The week is this one. An upload has a week more, so that a permit of another than this would only be good for hoarding.
    ///
    /// # Errors
    /// [`Error::Week`], [`Error::Blinded`], [`Error::Wait`], [`Error::PermitQuota`], [`Error::Store`].
    pub async fn give_permit(&self, by: &Session, request: &StaffPermitRequest) -> Result<PermitResponse> {
        let weeks = [self.now, self.now.minus(CLOCK_SECONDS), self.now.plus(CLOCK_SECONDS)];
        if !weeks.map(Timestamp::week).contains(&request.week) {
            return Err(Error::Week { stated: request.week.get(), here: self.now.week().get() });
        }
        let info = PermitInfo { class: Class::Staff, week: request.week };
        let answer = self.keys.permit.evaluate(&request.blinded, info, &mut random::system());
        let answer = answer.map_err(Error::Blinded)?;
        let account = by.account().id;
        let week = request.week.get().to_be_bytes();
        let question = self.staff.retries.question(&account, &[&week, request.blinded.as_bytes()]);
        if self.staff.retries.knows(question, self.now) {
            return Ok(answer);
        }
        let asker = self.staff.permits.of_account(&account);
        self.staff.permits.count_wrong(asker).map_err(|seconds| Error::Wait { seconds })?;
        if !self.store.record_staff_permit(account, self.now, MOST_OF_DAY).await? {
            return Err(Error::PermitQuota { seconds: self.until_tomorrow() });
        }
        self.staff.retries.answer(question, self.now);
        Ok(answer)
    }
}
