//! The table of the list.

#[cfg(feature = "hydrate")]
use super::keys::Keys;
use super::{
    environment_badge,
    long_list::LongList,
    picking::Picking,
    quick_look::QuickLook,
    row_menu::{Asked, RowMenu, Wanted},
    selection::MOST,
    state::ListState,
};
#[cfg(feature = "hydrate")]
use crate::ui::after_frame;
use crate::{
    keyboard::announced,
    lazy::{Later, Loaded},
    secrets::urgency::urgency_badge,
    ui::{
        Button, ButtonKind, Column, Confirm, Hydrated, Icon, Notice, NoticeKind, Pager, Table,
        Time, counted, grouped, hydrated,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::{ev, html, prelude::*};
use model::{Page, SecretSummary, Sort, Tag};
use wasm_split_helpers::wasm_split;

/// The secrets that were found. With scripts it is one long list; without, links lead from page to page.
#[component]
pub(super) fn Secrets(state: ListState, page: Page<SecretSummary>) -> impl IntoView {
    let viewer = use_viewer();
    let total = page.total;
    let is_long = state.is_first() && !viewer.list.in_pages;
    let drawn = u32::try_from(page.rows.len()).unwrap_or(0);
    let next = page.next.clone().map(|cursor| state.next(drawn, cursor).href());
    let previous = (!state.is_first()).then(|| state.previous().href());
    let range = state.range(drawn, total);
    // Whoever wants pages, or came by a link to a later one, sees a page.
    let page = if is_long { page } else { Page { total: u64::from(drawn), ..page } };
    let query = state.query(&viewer).unwrap_or_default();
    let list = LongList::new(viewer.workspace, query, page);
    let count = move || if is_long { u64::from(list.total.get()) } else { total };
    let picking = Picking::new(list);
    let (look, asks_for_all) = (RwSignal::new(None), RwSignal::new(false));
    // The rows are taken over after the page.
    let from_server = !hydrated().get_untracked();
    let rows = Hydrated::new(!from_server);
    let asked = RwSignal::new(None);
    let parts = Parts {
        viewer: StoredValue::new(viewer),
        with_environment: state.environment.is_empty(),
        list,
        picking,
        asked,
        more_key: StoredValue::new(announced(".")),
        ready: rows.get(),
    };
    let form = NodeRef::<html::Form>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let body = form.get().and_then(|form| form.query_selector("tbody").ok()?);
        let Some(body) = body else { return };
        let take_over = move || {
            list.selection.add(&ticked(&body));
            list.take_over(&body, from_server, move |place| {
                rows.provide();
                parts.row(place)
            });
            Keys { list, picking, look, asks_for_all, asked }.listen();
            Effect::new(move |drawn: Option<()>| {
                list.selection.count();
                if drawn.is_some() {
                    list.remember();
                }
            });
            rows.mark();
        };
        if from_server { after_frame(take_over) } else { take_over() }
    });
    view! {
        <p class="muted" role="status">{move || counted(count(), "secret")}</p>
        <form class="stack" method="get" action="/secrets/selected" node_ref=form>
            <Table label="Secrets" columns=parts.columns(&state) actions=true long=list.total>
                {(0..drawn).map(|place| parts.row(place)).collect_view()}
            </Table>
            <div class=if is_long { "without-scripts" } else { "" }>
                <Pager previous next nostrip:range=range />
            </div>
            <Foot list asks_for_all ready=parts.ready />
        </form>
        <Later
            wanted=asks_for_all.into()
            load=load_question
            about=(list, picking, asks_for_all)
            give_up=move || asks_for_all.set(false)
        />
        <Later
            wanted=Signal::derive(move || look.get().is_some())
            load=load_look
            about=(list, look)
            give_up=move || look.set(None)
        />
        <div class="menu-list at-end" id=MENU popover="auto" on:toggle=move |event| close_menu(&event, asked)>
            <Later
                wanted=Signal::derive(move || asked.get().is_some())
                load=load_menu
                about=(list, asked, look)
                give_up=move || asked.set(None)
            />
        </div>
    }
    .into_any()
}

#[wasm_split(later, fallible)]
fn load_question() -> Loaded<(LongList, Picking, RwSignal<bool>)> {
    Ok(|(list, picking, open)| view! { <AskForAll list picking open /> }.into_any())
}

#[wasm_split(later, fallible)]
fn load_look() -> Loaded<(LongList, RwSignal<Option<u32>>)> {
    Ok(|(list, look)| view! { <QuickLook list look /> }.into_any())
}

#[wasm_split(later, fallible)]
fn load_menu() -> Loaded<(LongList, Asked, RwSignal<Option<u32>>)> {
    Ok(|(list, asked, look)| view! { <RowMenu list asked look /> }.into_any())
}

/// The button opens the menu by itself, or closes it: what is open for another row has to be closed first.
fn open_menu(list: LongList, place: u32, asked: Asked) {
    // A key may open it for a row that was scrolled away.
    list.show(place);
    #[cfg(feature = "hydrate")]
    if asked.with_untracked(|asked| asked.is_some_and(|(open, _)| open != place)) {
        use leptos::wasm_bindgen::JsCast;

        let menu = document().get_element_by_id(MENU);
        if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only when it is closed already.
            _ = menu.hide_popover();
        }
    }
    asked.set(Some((place, Wanted::Menu)));
}

/// The one menu that the rows have.
const MENU: &str = "row-menu";

/// Nothing is asked any more once the menu closed, by whatever.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have menus"))]
fn close_menu(event: &ev::Event, asked: Asked) {
    #[cfg(feature = "hydrate")]
    {
        let menu = event_target::<web_sys::Element>(event);
        if menu.matches(":popover-open") != Ok(true) {
            asked.set(None);
        }
    }
}

/// What rows are drawn from.
#[derive(Clone, Copy)]
struct Parts {
    viewer: StoredValue<Viewer>,
    with_environment: bool,
    list: LongList,
    picking: Picking,
    asked: Asked,
    /// Opens a row's menu: looked up once, not for each row.
    more_key: StoredValue<Option<String>>,
    /// Whether scripts run: they say which rows are selected, or else their boxes do.
    ready: ReadSignal<bool>,
}

impl Parts {
    fn columns(self, state: &ListState) -> Vec<Column> {
        let mut columns = vec![
            sortable("Name", state, Sort::Name, Sort::NameDown),
            Column::Words("Template"),
            Column::Number("Keys"),
        ];
        if self.with_environment {
            columns.push(Column::Words("Environment"));
        }
        columns.extend([
            Column::Words("Tags"),
            sortable("Updated", state, Sort::UpdatedUp, Sort::Updated),
            Column::Words("Rotation"),
        ]);
        columns
    }

    fn row(self, place: u32) -> AnyView {
        match self.list.secret(place) {
            Some(secret) => self.secret(place, secret),
            None => self.on_its_way(place),
        }
    }

    fn secret(self, place: u32, secret: SecretSummary) -> AnyView {
        let Self { list, picking, asked, ready, .. } = self;
        let id = secret.id;
        let environment = self.with_environment.then(|| {
            let (name, protected) = self.viewer.with_value(|viewer| {
                let found = viewer.environment(secret.environment);
                (found.map(|found| found.name.to_string()), found.is_some_and(|found| found.protected))
            });
            view! { <td class="cell-status">{environment_badge(name.unwrap_or_default(), protected)}</td> }
        });
        let template = secret.template.unwrap_or_else(|| "custom".into());
        let is_selected = move || list.selection.has(id);
        let pick = move |event: ev::MouseEvent| {
            if event.shift_key() {
                picking.stretch(place, place);
            } else {
                picking.toggle(place);
            }
        };
        view! {
            <tr aria-rowindex=place + 2 aria-selected=move || is_selected().then_some("true")>
                <th class="cell-name" scope="row">
                    <input
                        class="row-check"
                        type="checkbox"
                        name=move || (!ready.get()).then_some("id")
                        value=id.to_string()
                        aria-label=format!("Select {}", secret.name)
                        prop:checked=is_selected
                        on:click=pick
                    />
                    <a class="row-link" href=format!("/secrets/{id}")>{secret.name.to_string()}</a>
                    {secret.found_by.map(|key| view! {
                        <span class="visually-hidden">", found by "</span>
                        <code class="row-key">{key.to_string()}</code>
                    })}
                </th>
                <td class="cell-meta">{template}</td>
                <td class="cell-meta cell-num" data-unit=if secret.keys == 1 { "key" } else { "keys" }>{secret.keys}</td>
                {environment}
                <td class="cell-wide">{in_line(&secret.tags)}</td>
                <td class="cell-meta"><Time ms=secret.updated_at /></td>
                <td class="cell-status">{urgency_badge(secret.rotation)}</td>
                <td class="cell-actions">
                    <button
                        class="button ghost square needs-scripts"
                        type="button"
                        popovertarget=MENU
                        aria-label=format!("More of {}", secret.name)
                        aria-keyshortcuts=self.more_key.get_value()
                        on:click=move |_| open_menu(list, place, asked)
                    >
                        <Icon name="ellipsis" />
                    </button>
                </td>
            </tr>
        }
        .into_any()
    }

    fn on_its_way(self, place: u32) -> AnyView {
        let columns = if self.with_environment { "8" } else { "7" };
        view! {
            <tr class="row-waits" aria-rowindex=place + 2>
                <td colspan=columns><span class="visually-hidden">"On its way"</span></td>
            </tr>
        }
        .into_any()
    }
}

/// The tags one after the other.
pub(super) fn in_line(tags: &[Tag]) -> String {
    tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The rows that were ticked before scripts came.
#[cfg(feature = "hydrate")]
fn ticked(body: &web_sys::Element) -> Vec<model::SecretId> {
    use leptos::wasm_bindgen::JsCast;

    let Ok(boxes) = body.query_selector_all(".row-check:checked") else { return Vec::new() };
    let boxes = (0..boxes.length()).filter_map(|place| boxes.get(place)?.dyn_into().ok());
    boxes.filter_map(|ticked: web_sys::HtmlInputElement| ticked.value().parse().ok()).collect()
}

/// What stays in sight below the rows: what is selected, and what could not be read.
#[component]
fn Foot(list: LongList, asks_for_all: RwSignal<bool>, ready: ReadSignal<bool>) -> impl IntoView {
    let selection = list.selection;
    let said = move || match selection.count() {
        0 => String::new(),
        count => format!("{count} selected"),
    };
    let failed = move || {
        list.failed.get().map(|error| {
            view! {
                <Notice kind=NoticeKind::Bad title=error.to_string() alert=true>
                    <p><Button on:click=move |_| list.update()>"Try again"</Button></p>
                </Notice>
            }
        })
    };
    let ids = move || {
        let ids = if ready.get() { selection.ids() } else { Vec::new() };
        ids.iter()
            .map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })
            .collect_view()
    };
    view! {
        <p class="visually-hidden" role="status">{said}</p>
        {ids}
        <div class="list-foot">
            {failed}
            <div class="actions" hidden=move || ready.get() && selection.count() == 0>
                <span class="needs-scripts">{said}</span>
                <Button submit=true kind=ButtonKind::Primary>"Continue with selected"</Button>
                <span class="needs-scripts row">
                    <Button on:click=move |_| asks_for_all.set(true)>"Select all"</Button>
                    <Button kind=ButtonKind::Ghost on:click=move |_| selection.clear()>"Clear"</Button>
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// Asks before all rows are selected, those too that nobody looked at.
#[component]
fn AskForAll(list: LongList, picking: Picking, open: RwSignal<bool>) -> impl IntoView {
    let fits =
        move || list.total.with(|total| usize::try_from(*total).is_ok_and(|total| total <= MOST));
    let title = move || {
        if fits() {
            format!("Select all {} that are listed?", counted(list.total.get(), "secret"))
        } else {
            format!("Select the first {MOST} that match?")
        }
    };
    let text = move || {
        if fits() {
            "Nothing is done with them yet.".to_owned()
        } else {
            format!(
                "{} match, and at most {MOST} are changed at once. Narrow the search to select the others.",
                grouped(list.total.get())
            )
        }
    };
    view! {
        <Confirm
            id="select-all"
            open
            title=Signal::derive(title)
            verb="Select secrets"
            kind=ButtonKind::Primary
            on_confirm=move || picking.all()
        >
            <p>{text}</p>
        </Confirm>
    }
    .into_any()
}

/// A column's head that sorts: upwards at first, the other way when it sorts already.
fn sortable(title: &'static str, state: &ListState, up: Sort, down: Sort) -> Column {
    let (order, icon) = match state.sort {
        sort if sort == up => (Some("ascending"), "chevron-up"),
        sort if sort == down => (Some("descending"), "chevron-down"),
        _ => (None, "arrow-up-down"),
    };
    // Newest first is what people want of a time, A first of a name.
    let first = if up == Sort::Name { up } else { down };
    let other = if first == up { down } else { up };
    let to = if state.sort == first { other } else { first };
    let href = state.with(|state| state.sort = to).href();
    let heading = view! {
        <th scope="col" aria-sort=order>
            <a href=href>{title} <Icon name=icon /></a>
        </th>
    };
    Column::Heading(heading.into_any())
}
