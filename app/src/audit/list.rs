//! `/audit`.

use super::{
    asked_filter,
    words::{self, href},
};
use crate::{
    context::told,
    drawn::{FormAnswer, PostForm, drawn},
    ui::{
        Button, ButtonKind, ButtonLink, EmptyState, Notice, NoticeKind, PageHeader, SelectField,
        Table, Tabs, TextField, Time,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{
    AUDIT_ACTIONS, Action, AuditClass, AuditFormat, MemberInfo, TokenInfo,
    api::{AuditEventView, AuditList},
};
use store::StoreError;

const PAGE: &str = "/audit";

/// What happened, the newest first. Scripts tell what is new (`public/live.js`); with `live=on` the page is drawn anew every few seconds.
#[component]
pub fn AuditPage() -> impl IntoView {
    let viewer = use_viewer();
    let query = use_query_map().get_untracked();
    let before = query.get("before").and_then(|text| text.parse().ok());
    let live = query.get("live").is_some_and(|live| live == "on") && before.is_none();
    if live && let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(http::header::REFRESH, http::HeaderValue::from_static(EVERY));
    }
    let filter = asked_filter(|name| query.get(name));
    let content = drawn(
        move |store, caller| async move {
            let asked = match filter {
                Err(wrong) => Err(wrong.to_owned()),
                Ok(filter) => match store.list_audit(&caller, &filter, before).await {
                    Err(StoreError::NotFound) => Err(UNKNOWN.to_owned()),
                    Err(error @ (StoreError::UnknownEnvironment(_) | StoreError::Invalid(_))) => {
                        Err(told(error).to_string())
                    }
                    page => Ok(page?),
                },
            };
            let members = store.list_members(&caller).await?;
            let tokens = match store.list_tokens(&caller).await {
                Err(StoreError::Denied(_)) => Vec::new(),
                tokens => tokens?,
            };
            Ok((asked, members, tokens))
        },
        move |(asked, members, tokens)| {
            let form = filters(&viewer, &query, &members, &tokens);
            let events = match asked {
                Err(wrong) => {
                    view! { <Notice kind=NoticeKind::Bad title=wrong alert=true /> }.into_any()
                }
                Ok(list) => events(&query, list, live),
            };
            let export = viewer.may(Action::ExportAudit, false).then(|| exports(&query));
            view! { <div class="stack loose">{form}{events}{export}</div> }.into_any()
        },
    );
    view! {
        <Title text="Audit" />
        <PageHeader title="Audit" text="Who did what to which secret, and from where. Each event holds the hash of the one before it, so that edits show." />
        <div class="stack loose">
            <Tabs label="Audit" items=words::tabs() current=PAGE.to_owned() />
            <FormAnswer done=&[] />
            {content}
        </div>
    }
    .into_any()
}

/// What the address says of these fields, with others in place of the last ones.
fn with(query: &ParamsMap, more: &[(&str, &str)]) -> String {
    let kept: Vec<_> =
        FIELDS.iter().map(|name| (*name, query.get(name).unwrap_or_default())).collect();
    let mut pairs: Vec<_> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.extend(more);
    href(PAGE, &pairs)
}

fn filters(
    viewer: &Viewer,
    query: &ParamsMap,
    members: &[MemberInfo],
    tokens: &[TokenInfo],
) -> impl IntoView + use<> {
    let value = |name: &str| query.get(name).unwrap_or_default();
    let choice = |value: &str, text: &str| (value.to_owned(), text.to_owned());
    let whoever =
        members.iter().map(|member| (member.user.to_string(), member.name.to_string())).chain(
            tokens.iter().map(|token| (token.id.to_string(), format!("{} (token)", token.name))),
        );
    let mut actors = vec![choice("", "Anybody")];
    actors.extend(whoever);
    let actor = value("actor");
    if !actors.iter().any(|(id, _)| *id == actor) {
        // Somebody who left, or an e-mail address.
        actors.push((actor.clone(), actor.clone()));
    }
    let mut classes = vec![choice("", "Everything")];
    classes.extend(AuditClass::ALL.map(|class| choice(class.as_str(), class.as_str())));
    let mut actions = vec![choice("", "Any")];
    actions.extend(AUDIT_ACTIONS.iter().map(|name| choice(name, &words::action(name))));
    let mut environments = vec![choice("", "All")];
    environments.extend(viewer.environments.iter().map(|found| {
        let name = found.name.to_string();
        (name.clone(), name)
    }));
    let outcomes = vec![choice("", "Any"), choice("done", "Done"), choice("denied", "Denied")];
    view! {
        <form class="form wide" method="get" action=PAGE>
            <div class="form-row">
                <SelectField name="actor" label="Who" options=actors value=actor />
                <SelectField name="class" label="Kind" options=classes value=value("class") />
                <SelectField name="action" label="What" options=actions value=value("action") />
                <TextField name="target" label="Of" value=value("target") placeholder="prod/db, or an id" autocomplete="off" mono=true />
                <SelectField name="environment" label="Environment" options=environments value=value("environment") />
                <SelectField name="outcome" label="Outcome" options=outcomes value=value("outcome") />
                <TextField name="from" label="From (UTC)" value=value("from") placeholder="2026-03-01" autocomplete="off" />
                <TextField name="to" label="Up to and with (UTC)" value=value("to") placeholder="2026-03-31" autocomplete="off" />
            </div>
            <div class="actions">
                <Button kind=ButtonKind::Primary submit=true>"Show"</Button>
                <ButtonLink href=PAGE>"Show all"</ButtonLink>
            </div>
        </form>
    }
    .into_any()
}

fn events(query: &ParamsMap, list: AuditList, live: bool) -> AnyView {
    let rows = list.events.iter().map(row).collect_view();
    let none = list.events.is_empty().then(|| {
        let text = match list.next {
            Some(_) => "None of the rows that were looked through fits. Older ones come next.",
            None => "Nothing happened that fits.",
        };
        view! { <EmptyState icon="scroll-text" title="No events" text=text /> }
    });
    let tail = if live {
        view! {
            <p role="status">"Live: this page is drawn anew every 5 seconds. "<a href=with(query, &[])>"Stop"</a></p>
        }
        .into_any()
    } else if query.get("before").is_some() {
        // What is new stands on the first page.
        ().into_any()
    } else {
        let href = with(query, &[("live", "on")]);
        view! {
            <div class="row" data-live="">
                <a href=href>"Follow live"</a>
                <span role="status"></span>
                <button class="button" type="button" hidden="">"Show them"</button>
            </div>
            <script type="module" src="/live.js"></script>
        }
        .into_any()
    };
    let newest =
        query.get("before").map(|_| view! { <a class="button" href=with(query, &[])>"Newest"</a> });
    let older = list.next.map(|next| {
        let next = next.to_string();
        view! { <a class="button" rel="next" href=with(query, &[("before", &next)])>"Older"</a> }
    });
    let pages = (newest.is_some() || older.is_some())
        .then(|| view! { <nav class="pager" aria-label="Pages">{newest}{older}</nav> });
    let table = (!list.events.is_empty()).then(|| {
        view! {
            <Table label="Events, the newest first" columns=["Event", "When", "Who", "What", "Of", "From", "Outcome"]>
                {rows}
            </Table>
        }
    });
    view! { <section class="stack">{tail}{none}{table}{pages}</section> }.into_any()
}

fn row(event: &AuditEventView) -> impl IntoView + use<> {
    let seq = event.seq;
    let who = words::who(&event.who);
    let who = match &event.who.id {
        Some(id) => view! { <a href=href(PAGE, &[("actor", id)])>{who}</a> }.into_any(),
        None => who.into_any(),
    };
    view! {
        <tr data-seq=seq.to_string()>
            <th class="cell-name plain" scope="row"><a href=format!("{PAGE}/{seq}")>{seq}</a></th>
            <td><Time ms=event.at.as_millisecond() exact=true /></td>
            <td>{who}</td>
            <td>{words::action(&event.action)}</td>
            <td>{words::target(event)}</td>
            <td>{event.ip.clone()}</td>
            <td>{words::outcome(event.outcome)}</td>
        </tr>
    }
}

/// Posted, for an export may ask for the password.
fn exports(query: &ParamsMap) -> AnyView {
    let fields = FIELDS
        .iter()
        .filter_map(|name| Some((*name, query.get(name).filter(|value| !value.is_empty())?)))
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let (lines, table) = (AuditFormat::Jsonl.as_str(), AuditFormat::Csv.as_str());
    view! {
        <section class="stack">
            <div class="section-head"><h2>"Export"</h2></div>
            <p class="muted">"What the filters above let through. JSON Lines hold the whole chain, of other events only the hashes: keyloft-server audit verify --export proves them. CSV is for reading."</p>
            <PostForm action=PAGE asks="export">
                {fields}
                <div class="actions">
                    <button class="button" name="format" value=lines>"JSON Lines"</button>
                    <button class="button" name="format" value=table>"CSV"</button>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// The fields of a filter, as the address has them.
const FIELDS: [&str; 8] =
    ["actor", "class", "action", "target", "environment", "outcome", "from", "to"];
/// Seconds after which a live page is asked for again.
const EVERY: &str = "5";
const UNKNOWN: &str = "There is no such secret or member now. What was deleted is found by its id.";
