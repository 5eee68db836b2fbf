//! How programs get a secret.

use crate::ui::{Card, Snippet};
use leptos::prelude::*;
use model::{KeyName, SecretName};

/// A shell command and Python code for this secret.
#[component]
pub(super) fn Snippets(
    name: SecretName,
    environment: String,
    #[prop(optional_no_strip)] key: Option<KeyName>,
) -> impl IntoView {
    let key = key.map_or_else(|| "KEY".to_owned(), |key| key.to_string());
    let shell = format!("keyloft run -e {environment} -s {name} -- python train.py");
    let python = format!(
        "import os\n\nimport keyloft\n\nkeyloft.Secret.from_name(\"{name}\", environment_name=\"{environment}\").load()\nvalue = os.environ[\"{key}\"]"
    );
    view! {
        <Card title="Use it" text="Every key becomes an environment variable of the program.">
            <Snippet title="Shell command" code=shell />
            <Snippet title="Python" code=python />
            <p class="muted">"Nothing is set up there yet? "<a href="/help" rel="external">"The first steps"</a>" say how."</p>
        </Card>
    }
    .into_any()
}
