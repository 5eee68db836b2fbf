use leptos::prelude::*;

use super::{
    super::{
        Button, ButtonKind, Confirm, Dialog, DialogButton, DialogFoot, Icon, Menu, TextField,
        use_toasts,
    },
    Group,
};

/// What lies over a page: menus, dialogs, toasts.
pub(super) fn overlays() -> impl IntoView {
    let rename = RwSignal::new(false);
    let destroy = RwSignal::new(false);
    let toasts = use_toasts();
    view! {
        <Group title="Overlays">
            <div class="row">
                <Menu id="more" label="More">
                    <a class="menu-item" href="#rename">
                        <Icon name="pencil" />
                        "Rename"
                    </a>
                    <button class="menu-item" type="button" disabled=true>
                        <Icon name="download" />
                        "Export keys"
                    </button>
                    <hr />
                    <button class="menu-item danger" type="button">
                        <Icon name="trash-2" />
                        "Move to trash"
                    </button>
                </Menu>
                <DialogButton dialog="rename" open=rename>
                    "Rename"
                </DialogButton>
                <DialogButton dialog="destroy" open=destroy kind=ButtonKind::Danger>
                    "Destroy"
                </DialogButton>
                <Button on:click=move |_| toasts.say("Copied PGHOST")>"Say"</Button>
                <Button on:click=move |_| toasts.fail("Not saved: the server is away")>
                    "Fail"
                </Button>
            </div>
            <Dialog id="rename" open=rename title="Rename prod-postgres?">
                <div class="dialog-body">
                    <p>"Programs that ask for the old name get nothing until they are changed."</p>
                    <TextField name="new-name" label="New name" mono=true autofocus=true />
                </div>
                <DialogFoot dialog="rename" open=rename>
                    <Button kind=ButtonKind::Primary on:click=move |_| rename.set(false)>
                        "Rename secret"
                    </Button>
                </DialogFoot>
            </Dialog>
            <Confirm
                id="destroy"
                open=destroy
                title="Destroy prod-postgres?"
                verb="Destroy secret"
                on_confirm=move || toasts.say("Destroyed prod-postgres")
            >
                <p>"All 8 versions go for good. ci-deploy and api-prod read it this week."</p>
            </Confirm>
        </Group>
    }
}
