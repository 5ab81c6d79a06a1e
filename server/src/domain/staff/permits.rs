//! Permits of the staff's class, for whoever is signed in. What is written down is that one was given; which upload it leads to,
//! no computation tells, and the upload itself comes without the session.

use twoken_core::permit::{Class, PermitInfo};
use twoken_core::wire::{PermitResponse, StaffPermitRequest};

use super::sessions::Session;
use super::{Error, Office, Result};
use crate::random;
use crate::store::{NewEvent, What};

impl Office<'_> {
    /// Evaluates a blinded element under (staff, week). The same element gets the same evaluation again.
    ///
    /// # Errors
    /// [`Error::Week`], [`Error::Blinded`], [`Error::Wait`], [`Error::Store`].
    pub async fn give_permit(&self, by: &Session, request: &StaffPermitRequest) -> Result<PermitResponse> {
        if !request.week.is_accepted_at(self.now) {
            return Err(Error::Week { stated: request.week.get(), here: self.now.week().get() });
        }
        let asker = self.staff.permits.of_account(&by.account().id);
        self.staff.permits.count_wrong(asker).map_err(|seconds| Error::Wait { seconds })?;
        let info = PermitInfo { class: Class::Staff, week: request.week };
        let answer = self.keys.permit.evaluate(&request.blinded, info, &mut random::system());
        let answer = answer.map_err(Error::Blinded)?;
        let event = NewEvent::new(self.now, Some(by.account().id), What::PermitGiven);
        self.store.record_staff_permit(self.now.day().get().into(), &event).await?;
        Ok(answer)
    }
}
