//! `/audit/stale`.

use super::words::{href, tabs};
use crate::{
    drawn::drawn,
    ui::{Button, EmptyState, PageHeader, Table, Tabs, TextField, Time, grouped},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Cursor, ListQuery, Page, SecretDetail, Sort};

const PAGE: &str = "/audit/stale";

/// Secrets that nobody read for some time.
#[component]
pub fn StalePage() -> impl IntoView {
    let viewer = use_viewer();
    let query = use_query_map().get_untracked();
    let days = query.get("days").and_then(|days| days.parse().ok());
    let days = days.filter(|days| (1..=3650).contains(days)).unwrap_or(DAYS);
    let wanted = ListQuery {
        stale: Some(days),
        sort: Sort::Name,
        after: query.get("after").filter(|after| !after.is_empty()).map(Cursor),
        ..ListQuery::default()
    };
    let found = drawn(
        move |store, caller| async move { store.list_details(&caller, &wanted, 50).await },
        move |page| table(&viewer, page, days),
    );
    view! {
        <Title text="Unread secrets" />
        <PageHeader title="Unread secrets" text="Secrets that nobody read for some time, and that are as old: perhaps nobody needs them." />
        <div class="stack loose">
            <Tabs label="Audit" items=tabs() current=PAGE.to_owned() />
            <form class="form" method="get" action=PAGE>
                <TextField name="days" label="Nobody read them for so many days" input="number" value=days.to_string() autocomplete="off" required=true />
                <div class="actions"><Button submit=true>"Show"</Button></div>
            </form>
            {found}
        </div>
    }
    .into_any()
}

fn table(viewer: &Viewer, page: Page<SecretDetail>, days: u32) -> AnyView {
    if page.rows.is_empty() {
        return view! { <EmptyState icon="check" title="None" text="Every secret that is old enough was read." /> }
            .into_any();
    }
    let count = format!("{} unread for {days} days.", grouped(page.total));
    let next = page.next.map(|Cursor(next)| {
        let next = href(PAGE, &[("days", &days.to_string()), ("after", &next)]);
        view! { <nav class="pager" aria-label="Pages"><a class="button" rel="next" href=next>"Next"</a></nav> }
    });
    let rows = page.rows.into_iter().map(|detail| row(viewer, &detail)).collect_view();
    view! {
        <section class="stack">
            <p>{count}</p>
            <Table label="Unread secrets" columns=["Secret", "Environment", "Made", "Last fetched"] actions=true>
                {rows}
            </Table>
            {next}
        </section>
    }
    .into_any()
}

fn row(viewer: &Viewer, detail: &SecretDetail) -> impl IntoView + use<> {
    let secret = &detail.summary;
    let environment = viewer.environment(secret.environment).map(|found| found.name.to_string());
    let fetched = match detail.last_read_at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => "Never".into_any(),
    };
    let id = secret.id.to_string();
    let seen = href("/audit", &[("target", &id), ("class", "reads")]);
    view! {
        <tr>
            <th class="cell-name" scope="row"><a href=format!("/secrets/{id}")>{secret.name.to_string()}</a></th>
            <td>{environment}</td>
            <td><Time ms=detail.created_at /></td>
            <td>{fetched}</td>
            <td><a href=seen>"Who has seen it"</a></td>
        </tr>
    }
}

/// Unless the address says another number.
const DAYS: u32 = 90;
