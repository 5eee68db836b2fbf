use store::{Clock, NewWorkspace, Store};

use super::password;
use crate::config::{Instance, SetupOptions};
use crate::failure::Failure;

/// `setup`: the first person and the first workspace.
pub(crate) async fn set_up(instance: &Instance, options: SetupOptions) -> Result<(), Failure> {
    let SetupOptions { email, name, password_file, workspace } = options;
    let password = password::read(password_file.as_deref()).map_err(Failure::Password)?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    instance.make_folders()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    let new = NewWorkspace { name, email: email.clone(), password, workspace };
    store.setup_as_operator(new).await?;
    store.close().await;
    println!("Set up. {email} can sign in now.");
    Ok(())
}
