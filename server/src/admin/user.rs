use store::{Clock, Store, StoreError};

use super::password;
use crate::config::{Instance, RemoveFactorsOptions, ResetOptions};
use crate::failure::Failure;

/// `user reset`: another password.
pub(crate) async fn reset_password(
    instance: &Instance,
    options: ResetOptions,
) -> Result<(), Failure> {
    let ResetOptions { email, password_file } = options;
    instance.must_exist()?;
    let password = password::read(password_file.as_deref()).map_err(Failure::Password)?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    match store.reset_password(&email, password).await {
        Ok(()) => {}
        Err(StoreError::NotFound) => return Err(Failure::NoSuchUser(email)),
        Err(error) => return Err(error.into()),
    }
    store.close().await;
    println!("{email} has a new password. All their sessions have ended.");
    Ok(())
}

/// `user remove-factors`: for whoever lost their device and their recovery codes. The password stays.
pub(crate) async fn remove_factors(
    instance: &Instance,
    options: RemoveFactorsOptions,
) -> Result<(), Failure> {
    let RemoveFactorsOptions { email } = options;
    instance.must_exist()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    let removed = match store.remove_factors(&email).await {
        Ok(removed) => removed,
        Err(StoreError::NotFound) => return Err(Failure::NoSuchUser(email)),
        Err(error) => return Err(error.into()),
    };
    store.close().await;
    println!(
        "{email} has no second factor any more ({removed} removed). All their sessions have ended."
    );
    Ok(())
}
