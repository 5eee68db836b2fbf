use leptos::prelude::*;

use super::{
    super::{
        Badge, Button, ButtonKind, Card, EmptyState, ErrorSummary, Notice, NoticeKind, Skeleton,
        Tone,
    },
    Group,
};

/// What the product says: badges, notices, empty lists, waiting.
pub(super) fn messages() -> impl IntoView {
    let errors = vec![
        (
            String::from("field-taken"),
            String::from("There is a secret of this name in production."),
        ),
        (String::from("field-dotenv"), String::from("Line 3 of the pasted file has no valid key.")),
    ];
    view! {
        <Group title="Badges">
            <div class="row">
                <Badge>"No schedule"</Badge>
                <Badge tone=Tone::Info>"production"</Badge>
                <Badge tone=Tone::Ok icon="check">
                    "Fresh, 12 d"
                </Badge>
                <Badge tone=Tone::Warn icon="clock">
                    "Due in 5 d"
                </Badge>
                <Badge tone=Tone::Bad icon="triangle-alert">
                    "Overdue 3 d"
                </Badge>
                <Badge icon="lock">"Write-only"</Badge>
            </div>
        </Group>
        <Group title="Notices">
            <ErrorSummary errors />
            <Notice title="Production is protected">
                <p>"Showing a value asks for your password again."</p>
            </Notice>
            <Notice kind=NoticeKind::Ok title="Saved version 8" />
            <Notice kind=NoticeKind::Warn title="PATH can run code">
                <p>"Programs refuse it unless they are told to take it."</p>
            </Notice>
            <Notice kind=NoticeKind::Bad title="Not saved: PGHOST changed 20 s ago (version 8, Jon)">
                <p>"Compare the two, or overwrite his change."</p>
                <div class="actions">
                    <Button>"Compare"</Button>
                    <Button kind=ButtonKind::Ghost>"Overwrite"</Button>
                </div>
            </Notice>
        </Group>
        <Group title="Nothing, and not yet">
            <Card>
                <EmptyState
                    icon="key-round"
                    title="No secrets yet"
                    text="Start from a template or paste a .env file."
                >
                    <Button kind=ButtonKind::Primary icon="plus">
                        "New secret"
                    </Button>
                    <Button>"Import .env"</Button>
                </EmptyState>
            </Card>
            <div class="table-wrap" aria-busy="true">
                <Skeleton rows=4 />
            </div>
        </Group>
    }
}
