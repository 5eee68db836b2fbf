//! The rows of keys and values that a form for a secret is made of.
//!
//! Every row is plain form controls, so that the form posts without scripts too. With them rows come, go and move, URLs are
//! taken apart, values are generated and looked at.

use super::{
    connection_url::ConnectionUrl, editor_row::EditorRow, plain_values::PlainValues,
    row_state::RowState, rows::Rows,
};
use crate::ui::{Button, Notice, NoticeKind};
use leptos::prelude::*;
use model::{
    ConnectionFill, Field, KeyInfo, KeyName, Missing, Problems, Reason, RowPart, TemplateKey,
    ValueKind,
};

/// A row, as it is drawn at first.
#[derive(Clone, Debug, Default)]
pub(super) struct RowSeed {
    /// The environment variable.
    pub(super) key: String,
    /// What the template says of it.
    pub(super) template: Option<TemplateKey>,
    /// Who shall see the value.
    pub(super) kind: ValueKind,
    /// What stands in the field: a template's default, never a stored value.
    pub(super) value: String,
    /// The key, or the row of a failed form, whose value stays unless another is typed.
    pub(super) from: String,
    /// Whether the service cannot do without it.
    pub(super) required: bool,
    /// Whether an empty value means that the key is not wanted.
    pub(super) optional: bool,
}

impl RowSeed {
    /// A row that a template asks for. In a group of alternatives no key is required by itself.
    pub(super) fn of_template(key: &TemplateKey, in_group: bool) -> Self {
        Self {
            key: key.name.to_string(),
            kind: key.kind,
            value: key.default.clone().unwrap_or_default(),
            required: key.required && !in_group,
            optional: !key.required || in_group,
            template: Some(key.clone()),
            ..Self::default()
        }
    }

    /// A row of a secret that is edited: its value stays.
    pub(super) fn of_key(info: &KeyInfo, template: Option<&TemplateKey>) -> Self {
        Self {
            key: info.name.to_string(),
            kind: info.kind,
            from: info.name.to_string(),
            template: template.cloned(),
            ..Self::default()
        }
    }
}

/// The rows, and what can be done to all of them.
#[component]
pub(super) fn Editor(
    rows: Rows,
    /// What was wrong with the form as it was sent last.
    problems: RwSignal<Option<Problems>>,
    /// How a pasted URL fills the rows.
    #[prop(optional_no_strip)]
    connection: Option<ConnectionFill>,
    /// What the service still lacks, given the keys that have a value.
    #[prop(optional, into)]
    missing: Option<Callback<Vec<KeyName>, Vec<Missing>>>,
) -> impl IntoView {
    let list = rows.list();

    let lacking = move || {
        let missing = missing?;
        let filled = list.with(|rows| rows.iter().filter_map(RowState::filled_key).collect());
        Some(missing.run(filled)).filter(|missing: &Vec<Missing>| !missing.is_empty())
    };
    view! {
        {connection.map(|connection| view! { <ConnectionUrl connection rows=list /> })}
        <div class="editor" role="group" aria-label="Keys and values">
            <div class="editor-head" aria-hidden="true">
                <span>"Key"</span>
                <span>"Value"</span>
                <span>"Who sees it"</span>
                <span></span>
            </div>
            <For each=move || list.get() key=|row| row.id let:row>
                <EditorRow row rows problems />
            </For>
            <Removed rows />
            <div class="editor-foot">
                <span class="needs-scripts">
                    <Button icon="plus" on:click=move |_| rows.add(RowSeed::default()).focus()>"Add key"</Button>
                </span>
                <span class="scriptless">"Empty rows are passed over; more of them come with the next edit."</span>
                <span>"All values are encrypted."</span>
            </div>
        </div>
        {move || lacking().map(|missing| {
            let lines = missing.iter().map(|line| view! { <li>{line.to_string()}</li> }).collect_view();
            view! { <Notice kind=NoticeKind::Info title="The service will want more"><ul>{lines}</ul></Notice> }
        })}
    }
    .into_any()
}

/// Whether the secret is there already. Of one that is not, everything is new.
pub(super) fn is_edit() -> bool {
    use_context::<PlainValues>().is_some()
}

/// Rows that were taken out, and the way back.
#[component]
fn Removed(rows: Rows) -> impl IntoView {
    let is_edit = is_edit();
    let line = move |row: RowState| {
        let key = row.key.get_untracked();
        let label = format!("Put {key} back");
        let goes = if is_edit { " is removed with the next save." } else { " is left out." };
        view! {
            <p class="editor-row is-removed">
                <span><code>{key}</code>{goes}</span>
                <button type="button" class="link" aria-label=label on:click=move |_| rows.put_back(row)>"Put back"</button>
            </p>
        }
    };
    move || rows.removed().get().into_iter().map(line).collect_view()
}

/// Links for the summary of errors: the id of the control, and what is wrong with it.
pub(super) fn summary(problems: &Problems) -> Vec<(String, String)> {
    let place = |field| match field {
        Field::Row(index, part) => {
            let name = match part {
                RowPart::Key => "key",
                RowPart::Value => "value",
            };
            (format!("row-{index}-{name}"), format!("Row {}: ", index + 1))
        }
        Field::Name => (crate::ui::field_id("draft[name]"), "Name: ".to_owned()),
        Field::Note => (crate::ui::field_id("draft[note]"), "Note: ".to_owned()),
        Field::Tags => (crate::ui::field_id("draft[tags]"), "Tags: ".to_owned()),
        Field::Environment => ("environments".to_owned(), "Environments: ".to_owned()),
        _ => ("row-0-key".to_owned(), String::new()),
    };
    // The field of the environments says in which the name is taken.
    let is_said = problems.iter().any(|problem| matches!(problem.reason, Reason::TakenIn(_)));
    problems
        .iter()
        .filter(|problem| !(is_said && problem.field == Field::Name))
        .map(|problem| {
            let (id, label) = place(problem.field);
            (id, format!("{label}{problem}"))
        })
        .collect()
}
